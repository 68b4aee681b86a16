import type { DistillerError } from '@distiller/core';
import type { Io } from './io.js';
import type { GlobalOptions } from './output.js';

/**
 * Tells an error: its message alone, with stack and causes too when verbose, and as a JSON document on stdout
 * with `--json`.
 *
 * @returns the exit code: 2 when the command line or the recipe is at fault, 1 otherwise.
 */
export function reportError(error: unknown, io: Io, options: GlobalOptions): 1 | 2 {
  const { code, message, exitCode } = describe(error, io);
  if (options.json) io.out.write(`${JSON.stringify({ error: { code, message } }, null, 2)}\n`);
  io.err.write(`${message}\n`);
  if (options.verbose) io.err.write(`\n${trace(error)}\n`);
  else if (code === 'bug') io.err.write('Run it again with --verbose to see where.\n');
  return exitCode;
}

function describe(error: unknown, io: Io): { code: string; message: string; exitCode: 1 | 2 } {
  if (isDistillerError(error)) return error;
  if (io.signal.aborted) return { code: 'cancelled', message: 'Stopped.', exitCode: 1 };
  const text = error instanceof Error ? error.message : String(error);
  return {
    code: 'bug',
    message: `Something failed that should not: ${text}. This is a bug in Distiller or in a plugin.`,
    exitCode: 1,
  };
}

/** By name, so that errors of another copy of the core count. */
function isDistillerError(error: unknown): error is DistillerError {
  return error instanceof Error && error.name === 'DistillerError' && 'exitCode' in error;
}

function trace(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const own = error.stack ?? error.message;
  return error.cause === undefined ? own : `${own}\nCaused by: ${trace(error.cause)}`;
}
