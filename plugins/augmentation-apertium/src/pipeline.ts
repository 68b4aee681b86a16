import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { DistillerError } from '@distiller/core';

interface Waiting {
  resolve(output: string): void;
  reject(error: Error): void;
}

/** How long programs get to end by themselves once there is nothing more to read. */
const PATIENCE_MS = 2000;

/** A pipe of long-lived programs that answers a text, ended by a zero byte, with a text, in order. */
export class Pipeline {
  readonly #shell: ChildProcessWithoutNullStreams;
  readonly #waiting: Waiting[] = [];
  #chunks: Buffer[] = [];
  #complaint = '';
  #failure: DistillerError | undefined;
  readonly #ended: Promise<unknown>;

  /** @param command for bash; `$1` is `-n` (no marks at unknown words), `$2` empty. */
  constructor(
    command: string,
    private readonly name: string,
  ) {
    // A group of its own, so that the whole pipe can be stopped, and an interrupt at the terminal reaches us alone.
    this.#shell = spawn('bash', ['-c', command, 'apertium', '-n', ''], { detached: true });
    this.#ended = new Promise<void>((resolve) => {
      this.#shell.once('close', () => resolve());
      this.#shell.once('error', () => resolve());
    });
    this.#shell.stdout.on('data', (chunk: Buffer) => this.#take(chunk));
    this.#shell.stderr.on('data', (chunk: Buffer) => {
      this.#complaint = (this.#complaint + chunk.toString('utf8')).slice(-500);
    });
    this.#shell.stdin.on('error', () => undefined); // the end of the process tells more
    this.#shell.once('error', (cause) => this.#fail(cause.message));
    this.#shell.once('close', (code) => this.#fail(`it ended with exit code ${code}`));
  }

  get isBroken(): boolean {
    return this.#failure !== undefined;
  }

  /** @throws DistillerError `io` when the programs end before they have answered. */
  ask(input: string): Promise<string> {
    if (this.#failure) return Promise.reject(this.#failure);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.#shell.stdin.write(`${input}\0`);
    });
  }

  /** Ends the programs: they stop at the end of their input, or are made to. A second call waits for the same end. */
  async close(): Promise<void> {
    this.#shell.stdin.end();
    const timer = setTimeout(() => this.#kill(), PATIENCE_MS);
    await this.#ended;
    clearTimeout(timer);
  }

  /** Ends the programs at once; whoever waits is turned away. */
  async kill(): Promise<void> {
    this.#kill();
    await this.#ended;
  }

  #kill(): void {
    const { pid, exitCode, signalCode } = this.#shell;
    if (pid === undefined || exitCode !== null || signalCode !== null) return;
    try {
      process.kill(-pid, 'SIGKILL');
    } catch {
      // The group has ended in between.
    }
  }

  #take(chunk: Buffer): void {
    let start = 0;
    for (let end; (end = chunk.indexOf(0, start)) >= 0; start = end + 1) {
      const output = Buffer.concat([...this.#chunks, chunk.subarray(start, end)]);
      this.#chunks = [];
      this.#waiting.shift()?.resolve(output.toString('utf8'));
    }
    if (start < chunk.length) this.#chunks.push(chunk.subarray(start));
  }

  #fail(what: string): void {
    const complaint = this.#complaint.trim();
    this.#failure ??= new DistillerError(
      'io',
      `translator apertium: the programs of ${this.name} have stopped: ${what}.` +
        (complaint ? ` They said: ${complaint}` : ' Check that `apertium` works on this machine.'),
    );
    for (const { reject } of this.#waiting.splice(0)) reject(this.#failure);
  }
}
