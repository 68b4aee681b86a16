import type { Writable } from 'node:stream';

/** A stream that may be a terminal. */
export type Console = Writable & { readonly isTTY?: boolean; readonly columns?: number };

/** Everything that the command touches besides files. Tests hand in their own. */
export interface Io {
  /** Results. */
  readonly out: Console;
  /** Progress, messages and errors. */
  readonly err: Console;
  /** What `predict` reads when it gets no text. */
  readonly in: AsyncIterable<string | Uint8Array> & { readonly isTTY?: boolean };
  /** Relative paths on the command line count from here. */
  readonly folder: string;
  /** Aborted when the user asks to stop. */
  readonly signal: AbortSignal;
  /** A steady clock, in milliseconds. */
  now(): number;
}
