import type { Io } from './io.js';
import { Output, type GlobalOptions } from './output.js';

/** What the commands of one invocation share. */
export class Session {
  options: GlobalOptions = {};
  /** Set by commands whose result may be bad news, such as `doctor`. */
  exitCode: 0 | 1 | 2 = 0;
  #output: Output | undefined;

  constructor(readonly io: Io) {}

  /** Known once the command line is parsed. */
  get output(): Output {
    return (this.#output ??= new Output(this.io, this.options));
  }

  close(): void {
    this.#output?.close();
  }

  /**
   * The packages that do the work. They are loaded when a command runs, not before: `--help` and a mistyped
   * option answer at once.
   */
  async toolkit(): Promise<typeof import('./toolkit.js')> {
    return import('./toolkit.js');
  }
}
