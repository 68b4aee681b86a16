import { Writable } from 'node:stream';
import type { Console, Io } from './io.js';

/** An Io that keeps what is written: for tests, and for programs that run commands inside their own process. */
export interface CapturedIo extends Io {
  readonly stdout: string;
  readonly stderr: string;
  /** Sets the clock, in milliseconds. */
  time: number;
}

/** @param given replaces parts, e.g. `in` or `folder`; `isTTY` makes stderr look like a terminal. */
export function capturedIo(
  given: Partial<Pick<Io, 'in' | 'folder' | 'signal'>> & { readonly isTTY?: boolean } = {},
): CapturedIo {
  const out = capture(false);
  const err = capture(given.isTTY ?? false);
  return {
    out: out.stream,
    err: err.stream,
    in: given.in ?? nothing(),
    folder: given.folder ?? process.cwd(),
    signal: given.signal ?? new AbortController().signal,
    time: 0,
    now() {
      return this.time;
    },
    get stdout() {
      return out.text();
    },
    get stderr() {
      return err.text();
    },
  };
}

function capture(isTTY: boolean): { stream: Console; text(): string } {
  const parts: string[] = [];
  const stream = new Writable({
    decodeStrings: false,
    write(chunk: string | Uint8Array, _encoding, done) {
      parts.push(typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8'));
      done();
    },
  });
  return { stream: Object.assign(stream, { isTTY, columns: 100 }), text: () => parts.join('') };
}

async function* nothing(): AsyncGenerator<string> {
  // Standard input that ends at once.
}
