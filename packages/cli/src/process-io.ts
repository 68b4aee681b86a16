import { performance } from 'node:perf_hooks';
import type { Io } from './io.js';

/** Exit code of a process that was ended by Ctrl-C: 128 + the number of SIGINT, as shells count. */
const INTERRUPTED = 130;

/** The real streams. The first Ctrl-C (or SIGTERM) asks for a tidy stop, the second ends the process at once. */
export function processIo(): Io {
  const controller = new AbortController();
  const stop = () => {
    if (controller.signal.aborted) process.exit(INTERRUPTED);
    process.stderr.write(
      '\nStopping as soon as everything is saved. Press Ctrl-C again to end at once.\n',
    );
    controller.abort();
    // Whoever waits for input would wait on.
    process.stdin.destroy();
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  // `distiller … | head` closes the pipe early; that is no failure.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    process.stderr.write(`Can't write the results to standard output: ${error.message}.\n`);
    process.exit(1);
  });
  return {
    out: process.stdout,
    err: process.stderr,
    in: process.stdin,
    folder: process.cwd(),
    signal: controller.signal,
    now: () => performance.now(),
  };
}
