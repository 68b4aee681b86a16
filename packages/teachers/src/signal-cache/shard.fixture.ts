import type { ShardHeader } from './shard-file.js';

/** A header of a store of logits. @param digit makes another store. */
export function headerOf(digit = 'a'): ShardHeader {
  return {
    fingerprint: digit.repeat(64),
    teacher: 'teacher',
    architecture: 'bert',
    engine: 'tfjs/cpu',
    precision: 'f32',
    rows: 8,
    lengths: [16],
    signals: [{ name: 'logits', shape: [3] }],
  };
}

/** A key of a text. */
export function keyOf(n: number): string {
  return n.toString(16).padStart(32, '0');
}

/** A payload that tells keys apart. */
export function payloadOf(n: number, length = 5): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => (n * 31 + i) % 256);
}
