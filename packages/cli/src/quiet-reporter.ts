import type { Reporter } from '@distiller/core';
import type { Io } from './io.js';

/** For `--quiet`: warnings only. */
export class QuietReporter implements Reporter {
  constructor(private readonly io: Io) {}

  info(): void {
    // Not asked for.
  }

  warn(message: string): void {
    this.io.err.write(`Warning: ${message}\n`);
  }

  progress(): void {
    // Not asked for.
  }

  close(): void {
    // Nothing is held.
  }
}
