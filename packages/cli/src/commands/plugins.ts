import { resolve } from 'node:path';
import { Command } from 'commander';
import type { Session } from '../session.js';

const HELP = `
A plugin is the name of an installed npm package, or a path that starts with "./". It is code that runs with
your rights.

Examples:
  $ distiller plugins list
  $ distiller plugins list distiller-plugin-my-loss
  $ distiller plugins doctor ./my-plugin --recipe recipes/my.yaml`;

/** `distiller plugins list|doctor`. */
export function pluginsCommand(session: Session): Command {
  return new Command('plugins')
    .summary('list or check plugins')
    .description('Lists plugins with their components, or checks them.')
    .addHelpText('after', HELP)
    .addCommand(
      pluginArguments(
        new Command('list').description('Lists the built-in plugins and those named.'),
      ).action(async (names: string[], options: { recipe?: string }) => {
        const { pluginList, pluginListText } = await session.toolkit();
        const { plugins, folder } = await namedPlugins(session, names, options.recipe);
        const list = await pluginList(plugins, folder);
        await session.output.result(list, () => pluginListText(list));
      }),
    )
    .addCommand(
      pluginArguments(
        new Command('doctor').description(
          'Loads each plugin and tells what is wrong with it; the exit code is 1 when anything is.',
        ),
      ).action(async (names: string[], options: { recipe?: string }) => {
        const { pluginHealth, pluginHealthText } = await session.toolkit();
        const { plugins, folder } = await namedPlugins(session, names, options.recipe);
        const health = await pluginHealth(plugins, folder);
        await session.output.result(health, () => pluginHealthText(health));
        if (health.some(({ problems }) => problems.length > 0)) session.exitCode = 1;
      }),
    );
}

function pluginArguments(command: Command): Command {
  return command
    .argument('[plugin...]', 'npm packages or paths')
    .option('--recipe <file>', 'also those that this recipe names; paths count from its folder');
}

async function namedPlugins(
  session: Session,
  names: readonly string[],
  recipe: string | undefined,
): Promise<{ plugins: string[]; folder: string }> {
  const { folder } = session.io;
  if (recipe === undefined) return { plugins: [...names], folder };
  const { pluginsOf, readRecipe } = await session.toolkit();
  const read = await readRecipe(resolve(folder, recipe));
  // A path on the command line counts from the working folder, one in the recipe from the recipe's.
  const absolute = names.map((name) => (name.startsWith('.') ? resolve(folder, name) : name));
  return { plugins: [...pluginsOf(read.recipe), ...absolute], folder: read.folder };
}
