import cliProgress, { type SingleBar } from 'cli-progress';
import type { Progress, Reporter } from '@distiller/core';
import type { Io } from './io.js';
import { Paces } from './pace.js';
import { progressText } from './progress-text.js';

const CLEAR_LINE = '\r\u001b[2K';

/** Reports to a terminal: a bar, redrawn in place, for the work that goes on; a line when it is done. */
export class ProgressBars implements Reporter {
  private readonly paces = new Paces();
  private current: { readonly stage: string; readonly bar: SingleBar } | undefined;

  constructor(private readonly io: Io) {}

  info(message: string): void {
    this.writeLine(message);
  }

  warn(message: string): void {
    this.writeLine(`Warning: ${message}`);
  }

  progress(progress: Progress): void {
    const { stage, done, total } = progress;
    const { pace, isOver } = this.paces.observe(progress, this.io.now());
    const text = progressText(progress, pace);
    if (isOver) {
      this.close();
      this.writeLine(`${stage}: ${text}`);
      return;
    }
    if (this.current?.stage !== stage) this.begin(progress);
    this.current?.bar.setTotal(total);
    this.current?.bar.update(done, { text });
  }

  /** Clears the bar. */
  close(): void {
    this.current?.bar.stop();
    this.current = undefined;
  }

  private begin({ stage, done, total }: Progress): void {
    this.close();
    const bar = new cliProgress.SingleBar({
      stream: this.io.err,
      // Ctrl-C stops a run in an orderly way; the bar must not end the process.
      gracefulExit: false,
      clearOnComplete: true,
      linewrap: false,
      fps: 5,
      barsize: 24,
      barCompleteChar: '█',
      barIncompleteChar: '░',
      format: (options, { progress }, payload: { text: string }) => {
        const drawn = cliProgress.Format.BarFormat(progress, options);
        const percent = `${Math.floor(progress * 100)} %`.padStart(5);
        return `${stage} ${drawn} ${percent} · ${payload.text}`;
      },
    });
    bar.start(total, done, { text: '' });
    this.current = { stage, bar };
  }

  private writeLine(line: string): void {
    this.io.err.write(this.current ? `${CLEAR_LINE}${line}\n` : `${line}\n`);
    this.current?.bar.render();
  }
}
