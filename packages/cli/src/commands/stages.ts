import { Command } from 'commander';
import type { Session } from '../session.js';

const HELP = `
Examples:
  $ distiller stages                               every component
  $ distiller stages objective                     of one kind
  $ distiller stages objective soft-cross-entropy  its settings, what it needs and where it was published`;

/** `distiller stages [KIND] [NAME]`. */
export function stagesCommand(session: Session): Command {
  return new Command('stages')
    .summary('list the components that a recipe may name')
    .description('Lists the components that a recipe may name, or shows one with its settings.')
    .argument('[kind]', 'engine, task, teacher, student, matching, objective, intermediate …')
    .argument('[name]', 'show this one')
    .option('--plugin <name...>', 'load these plugins too')
    .addHelpText('after', HELP)
    .action(async (kind?: string, name?: string, options: { plugin?: string[] } = {}) => {
      const { io, output } = session;
      const { openRegistry, stageList, stageListText, stagePage, stagePageText } =
        await session.toolkit();
      const registry = await openRegistry(options.plugin ?? [], io.folder);
      if (kind !== undefined && name !== undefined) {
        const page = stagePage(registry, kind, name);
        await output.result(page, () => stagePageText(page));
      } else {
        const list = stageList(registry, kind);
        await output.result(list, () => stageListText(list));
      }
    });
}
