import { once } from 'node:events';
import type { Reporter } from '@distiller/core';
import type { Io } from './io.js';
import { ProgressBars } from './progress-bars.js';
import { ProgressLines } from './progress-lines.js';
import { QuietReporter } from './quiet-reporter.js';

/** Options that every command takes. */
export interface GlobalOptions {
  readonly json?: boolean;
  readonly verbose?: boolean;
  readonly quiet?: boolean;
}

/** Where a command says things: results on stdout, everything else on stderr. */
export class Output {
  readonly reporter: Reporter & { close(): void };

  constructor(
    private readonly io: Io,
    private readonly options: GlobalOptions,
  ) {
    if (options.quiet) this.reporter = new QuietReporter(io);
    else this.reporter = io.err.isTTY ? new ProgressBars(io) : new ProgressLines(io);
  }

  /** The result of a command: one JSON document with `--json`, else the text. */
  async result(value: unknown, text: () => string): Promise<void> {
    await this.write(this.options.json ? `${JSON.stringify(value, null, 2)}\n` : text());
  }

  /** One of many results: a line of JSON Lines with `--json`, else the text. */
  async item(value: unknown, text: () => string): Promise<void> {
    await this.write(`${this.options.json ? JSON.stringify(value) : text()}\n`);
  }

  /** Ends progress bars; say no more after it but errors. */
  close(): void {
    this.reporter.close();
  }

  private async write(text: string): Promise<void> {
    this.reporter.close();
    if (!this.io.out.write(text)) await once(this.io.out, 'drain');
  }
}
