import { CommanderError } from 'commander';
import { reportError } from './error-report.js';
import type { Io } from './io.js';
import { createProgram } from './program.js';
import { Session } from './session.js';

/**
 * Runs one command line.
 *
 * @param args without the interpreter and the script.
 * @returns the exit code: 0 done, 1 failed, 2 wrong usage or recipe.
 */
export async function run(args: readonly string[], io: Io): Promise<0 | 1 | 2> {
  const session = new Session(io);
  try {
    await createProgram(session).parseAsync([...args], { from: 'user' });
    return session.exitCode;
  } catch (error) {
    session.close();
    // Commander has said its piece already.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    return reportError(error, io, session.options);
  } finally {
    session.close();
  }
}
