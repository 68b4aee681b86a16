import { fingerprint } from '@distiller/core';
import type { SignalSpec } from '../signal-spec.js';
import type { SignalPrecision } from './signal-record.js';

/** Everything besides the text that decides a stored value. */
export interface StoreDescription {
  /** Fingerprint of the teacher: weights, configuration, tokenizer. */
  readonly teacher: string;
  readonly architecture: string;
  /** Engines differ in the last bits. */
  readonly engine: string;
  readonly precision: SignalPrecision;
  /** Shape in which texts are computed: rows, and the lengths they are padded to. */
  readonly rows: number;
  readonly lengths: readonly number[];
  readonly signals: readonly SignalSpec[];
}

/** Names a store; equal exactly when the same text has the same signals. */
export function storeFingerprint(description: StoreDescription): string {
  const { teacher, engine, precision, rows, lengths, signals } = description;
  return fingerprint(
    'signals',
    teacher,
    engine,
    precision,
    JSON.stringify([rows, lengths, signals]),
  );
}
