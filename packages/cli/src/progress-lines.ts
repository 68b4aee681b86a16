import type { Progress, Reporter } from '@distiller/core';
import type { Io } from './io.js';
import { Paces } from './pace.js';
import { progressText } from './progress-text.js';

/** Milliseconds between two lines about one work: enough to see life in a log, few enough to read it. */
const INTERVAL_MS = 10_000;

/** Reports to a file or a pipe in plain lines: at the start of a work, every ten seconds, and at its end. */
export class ProgressLines implements Reporter {
  private readonly paces = new Paces();
  private printedAt = 0;

  constructor(private readonly io: Io) {}

  info(message: string): void {
    this.io.err.write(`${message}\n`);
  }

  warn(message: string): void {
    this.io.err.write(`Warning: ${message}\n`);
  }

  progress(progress: Progress): void {
    const at = this.io.now();
    const { pace, isNew, isOver } = this.paces.observe(progress, at);
    if (!isNew && !isOver && at - this.printedAt < INTERVAL_MS) return;
    this.io.err.write(`${progress.stage}: ${progressText(progress, pace)}\n`);
    this.printedAt = at;
  }

  close(): void {
    // Nothing is held.
  }
}
