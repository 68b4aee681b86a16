import { Command } from 'commander';
import type { Session } from '../session.js';

/** `distiller doctor`. */
export function doctorCommand(session: Session): Command {
  return new Command('doctor')
    .summary('look at this machine and installation')
    .description(
      'Looks at Node.js, cores, memory, engines and optional packages, and measures a matrix product on each engine. ' +
        'The exit code is 1 when something is missing that recipes need.',
    )
    .action(async () => {
      const { examine, findingsText, openRegistry } = await session.toolkit();
      const { io, output } = session;
      const findings = await examine(await openRegistry([], io.folder), io, output.reporter);
      await output.result(findings, () => findingsText(findings));
      if (findings.some(({ state }) => state === 'problem')) session.exitCode = 1;
    });
}
