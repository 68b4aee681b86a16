import { DistillerError, type HostTensor, type HostTensors } from '@distiller/core';
import { float16Table, toFloat16 } from '@distiller/engine';
import { shapeOf, type SignalSpec } from '../signal-spec.js';

/** How signals are stored. `f16` halves the files and keeps about three digits. */
export type SignalPrecision = 'f32' | 'f16';

const LARGEST_FLOAT16 = 65_504;

/** Bytes of one text's record. */
export function recordBytes(
  specs: readonly SignalSpec[],
  precision: SignalPrecision,
  tokens: number,
): number {
  const values = specs.reduce((sum, spec) => sum + product(shapeOf(spec, tokens)), 0);
  return values * (precision === 'f32' ? 4 : 2);
}

/**
 * The signals of one text without their padding: the values of each signal in the order of `specs`, row-major,
 * little-endian.
 *
 * @param outputs signals of a batch, [B, …] each, padded to any length.
 * @throws DistillerError `numeric` when a value is not finite, or too large for `f16`.
 */
export function encodeRecord(
  specs: readonly SignalSpec[],
  precision: SignalPrecision,
  outputs: HostTensors,
  row: number,
  tokens: number,
): Uint8Array {
  const bytes = new Uint8Array(recordBytes(specs, precision, tokens));
  const target =
    precision === 'f32' ? new Float32Array(bytes.buffer) : new Uint16Array(bytes.buffer);
  let end = 0;
  for (const spec of specs) {
    const { data, shape } = outputs[spec.name] as HostTensor;
    const padded = shape.slice(1);
    const inner = shapeOf(spec, tokens);
    const start = row * product(padded);
    forEachRun(inner, padded, (to, from, length) => {
      for (let i = 0; i < length; i++) {
        const value = data[start + from + i] as number;
        if (!(Math.abs(value) <= (precision === 'f32' ? Number.MAX_VALUE : LARGEST_FLOAT16))) {
          throw unstorable(spec.name, value);
        }
        target[end + to + i] = precision === 'f32' ? value : toFloat16(value);
      }
    });
    end += product(inner);
  }
  return bytes;
}

/**
 * Puts the signals of one text into row `row` of a batch; the padding is left as it is.
 *
 * @param batch float32 arrays by signal, [B, …] each, padded to `length` tokens; signals that it lacks are passed over.
 * @param payload what `encodeRecord` made for these specs, this precision and this number of tokens.
 */
export function decodeRecord(
  specs: readonly SignalSpec[],
  precision: SignalPrecision,
  payload: Uint8Array,
  tokens: number,
  batch: Readonly<Record<string, Float32Array>>,
  row: number,
  length: number,
): void {
  const width = precision === 'f32' ? 4 : 2;
  let end = 0;
  for (const spec of specs) {
    const inner = shapeOf(spec, tokens);
    const begin = end;
    end += product(inner) * width;
    const target = batch[spec.name];
    if (!target) continue;
    const source = valuesOf(payload.subarray(begin, end), precision);
    const padded = shapeOf(spec, length);
    const start = row * product(padded);
    forEachRun(inner, padded, (at, to, count) => {
      target.set(source.subarray(at, at + count), start + to);
    });
  }
}

function valuesOf(part: Uint8Array, precision: SignalPrecision): Float32Array {
  const bytes = new Uint8Array(part).buffer; // a copy, aligned for the wider type
  if (precision === 'f32') return new Float32Array(bytes);
  const table = float16Table();
  return Float32Array.from(new Uint16Array(bytes), (pattern) => table[pattern] as number);
}

/**
 * Visits the runs of values that lie side by side both in an array of shape `inner` and in the larger array
 * of shape `outer` that it is the corner of.
 */
function forEachRun(
  inner: readonly number[],
  outer: readonly number[],
  visit: (innerStart: number, outerStart: number, length: number) => void,
  innerStart = 0,
  outerStart = 0,
): void {
  const [count = 1, ...innerRest] = inner;
  if (innerRest.length === 0) return visit(innerStart, outerStart, count);
  const outerRest = outer.slice(1);
  const [innerStride, outerStride] = [product(innerRest), product(outerRest)];
  for (let i = 0; i < count; i++) {
    forEachRun(
      innerRest,
      outerRest,
      visit,
      innerStart + i * innerStride,
      outerStart + i * outerStride,
    );
  }
}

function product(shape: readonly number[]): number {
  return shape.reduce((a, b) => a * b, 1);
}

function unstorable(name: string, value: number): DistillerError {
  return new DistillerError(
    'numeric',
    Number.isFinite(value)
      ? `The teacher's ${name} holds ${value}, more than float16 can (${LARGEST_FLOAT16}). Set the cache's precision to f32.`
      : `The teacher's ${name} holds ${value}, which nobody can learn from. Check the teacher: its weights or its fine-tuning are broken.`,
  );
}
