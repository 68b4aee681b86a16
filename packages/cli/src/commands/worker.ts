import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { Command } from 'commander';
import { wholeNumber } from '../recipe-options.js';
import type { Session } from '../session.js';

interface WorkerOptions {
  readonly queue: string;
  readonly workers?: number;
  readonly out?: string;
  readonly recipes?: string;
}

const HELP = `
Takes trials that \`distiller search --queue\` puts on the same Redis, until Ctrl-C, which saves them and gives them back.
Data, teachers and plugins must be on this machine, too. Paths are those of the machine that searches unless told otherwise.

Examples:
  $ distiller worker --queue redis://host:6379
  $ distiller worker --queue redis://host:6379 --workers 4 --recipes ~/recipes --out ~/trials`;

/** `distiller worker`. */
export function workerCommand(session: Session): Command {
  return new Command('worker')
    .summary('run trials of a search on this machine')
    .description('Runs the trials of searches on other machines.')
    .requiredOption('--queue <url>', 'address of the Redis, redis://host:port')
    .option('--workers <number>', 'trials at a time (default: one a core)', wholeNumber)
    .option('--out <folder>', 'folder for trials and caches (default: where the study has them)')
    .option('--recipes <folder>', 'where relative paths of recipes count from')
    .addHelpText('after', HELP)
    .action(async ({ queue, workers, out, recipes }: WorkerOptions) => {
      const { io, output } = session;
      const { serveTrialsOf } = await session.toolkit();
      await serveTrialsOf({
        queue,
        workers: workers || availableParallelism(),
        out: out && resolve(io.folder, out),
        recipes: recipes && resolve(io.folder, recipes),
        reporter: output.reporter,
        signal: io.signal,
      });
    });
}
