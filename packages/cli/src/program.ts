import { Command } from 'commander';
import { advisorCommand } from './commands/advisor.js';
import { cacheCommand } from './commands/cache.js';
import { configCommand } from './commands/config.js';
import { doctorCommand } from './commands/doctor.js';
import { evaluateCommand } from './commands/evaluate.js';
import { exportCommand } from './commands/export.js';
import { finetuneCommand } from './commands/finetune.js';
import { importanceCommand } from './commands/importance.js';
import { pluginsCommand } from './commands/plugins.js';
import { predictCommand } from './commands/predict.js';
import { recommendCommand } from './commands/recommend.js';
import { runCommand } from './commands/run.js';
import { searchCommand } from './commands/search.js';
import { stagesCommand } from './commands/stages.js';
import { workerCommand } from './commands/worker.js';
import type { GlobalOptions } from './output.js';
import type { Session } from './session.js';
import { VERSION } from './version.js';

const HELP = `
Examples:
  $ distiller config validate recipes/my.yaml      what is wrong with it, all at once
  $ distiller run recipes/my.yaml                  teacher → student; results in runs/<name>
  $ distiller run recipes/my.yaml --set training.epochs=1 --seed 2 --out runs/trial
  $ echo "a fine film" | distiller predict runs/my/student
  $ distiller export runs/my/student --format onnx
  $ distiller search studies/my.yaml               many recipes; which is best
  $ distiller stages objective                     what a recipe may name

Exit codes: 0 done, 1 failed, 2 wrong usage or recipe.`;

/** The whole command line, bound to the streams of the session. */
export function createProgram(session: Session): Command {
  const { out, err } = session.io;
  const program = new Command('distiller')
    .description('Distils large text models into small ones.')
    .version(VERSION, '-V, --version', 'print the version')
    .helpCommand('help [command]', 'print help for a command')
    .option('--json', 'print the result as JSON on stdout, and nothing else there')
    .option('--verbose', 'print stack and causes of an error')
    .option('--quiet', 'print no progress, only warnings and errors')
    .addHelpText('after', HELP)
    .hook('preAction', (_, command) => {
      session.options = command.optsWithGlobals<GlobalOptions>();
    });
  const commands = [
    runCommand(session),
    finetuneCommand(session),
    evaluateCommand(session),
    predictCommand(session),
    exportCommand(session),
    recommendCommand(session),
    advisorCommand(session),
    cacheCommand(session),
    importanceCommand(session),
    searchCommand(session),
    workerCommand(session),
    stagesCommand(session),
    pluginsCommand(session),
    doctorCommand(session),
    configCommand(session),
  ];
  for (const command of commands) program.addCommand(command);
  for (const command of withSubcommands(program)) {
    command
      .exitOverride()
      .helpOption('-h, --help', 'print help')
      .configureHelp({ showGlobalOptions: true })
      .showSuggestionAfterError()
      .showHelpAfterError('Add --help to see what is expected.')
      .configureOutput({
        writeOut: (text) => out.write(text),
        writeErr: (text) => err.write(text),
        getOutHelpWidth: () => out.columns ?? 100,
        getErrHelpWidth: () => err.columns ?? 100,
      });
  }
  return program;
}

/** Commander does not hand these settings down to commands that were made apart. */
function withSubcommands(command: Command): Command[] {
  return [command, ...command.commands.flatMap(withSubcommands)];
}
