import { resolve } from 'node:path';
import { Command, Option } from 'commander';
import { addRecipeOptions, overridesOf, type RecipeOptions } from '../recipe-options.js';
import { RECIPE_KINDS, type RecipeKind } from '../recipe-kind.js';
import type { Session } from '../session.js';

interface ConfigOptions extends RecipeOptions {
  readonly kind?: RecipeKind;
}

const HELP = `
Examples:
  $ distiller config print recipes/my.yaml --set training.epochs=1   with every default filled in
  $ distiller config validate recipes/my.yaml                        every problem with its path
  $ distiller config schema --kind finetune > finetune.schema.json   for editors`;

/** `distiller config print|validate|schema`. */
export function configCommand(session: Session): Command {
  return new Command('config')
    .summary('print, check or describe recipes')
    .description(
      'Prints a recipe with its defaults, checks it, or writes the JSON schema of recipes.',
    )
    .addHelpText('after', HELP)
    .addCommand(printCommand(session))
    .addCommand(validateCommand(session))
    .addCommand(schemaCommand(session));
}

function kindOption(): Option {
  return new Option(
    '--kind <kind>',
    'what the recipe is for (default: told from its content)',
  ).choices(RECIPE_KINDS);
}

function printCommand(session: Session): Command {
  const command = new Command('print')
    .description('Prints a recipe with the overrides and every default filled in, as YAML.')
    .argument('<recipe>', 'a .yaml, .json or .ts file')
    .addOption(kindOption());
  return addRecipeOptions(command).action(async (path: string, options: ConfigOptions) => {
    const { openRecipe, recipeYaml, resolveRecipe } = await session.toolkit();
    const file = resolve(session.io.folder, path);
    const resolved = resolveRecipe(
      await openRecipe(file, overridesOf(options)),
      path,
      options.kind,
    );
    await session.output.result(resolved.recipe, () => recipeYaml(resolved.recipe));
  });
}

function validateCommand(session: Session): Command {
  const command = new Command('validate')
    .description('Checks a recipe; every problem is told with its path, and the exit code is 2.')
    .argument('<recipe>', 'a .yaml, .json or .ts file')
    .addOption(kindOption());
  return addRecipeOptions(command).action(async (path: string, options: ConfigOptions) => {
    const { openRecipe, resolveRecipe } = await session.toolkit();
    const file = resolve(session.io.folder, path);
    const { kind } = resolveRecipe(
      await openRecipe(file, overridesOf(options)),
      path,
      options.kind,
    );
    await session.output.result(
      { valid: true, kind },
      () => `${path} is a valid ${kind} recipe.\n`,
    );
  });
}

function schemaCommand(session: Session): Command {
  return new Command('schema')
    .description('Prints the JSON schema of recipes.')
    .addOption(kindOption().default('distill', 'distill'))
    .option('--plugin <name...>', 'load these plugins too')
    .action(async (options: { kind: RecipeKind; plugin?: string[] }) => {
      const { openRegistry, recipeSchema } = await session.toolkit();
      const registry = await openRegistry(options.plugin ?? [], session.io.folder);
      const schema = recipeSchema(registry, options.kind);
      await session.output.result(schema, () => `${JSON.stringify(schema, null, 2)}\n`);
    });
}
