import { describe, expect, it } from '@jest/globals';
import { createRng, type HostTensor } from '@distiller/core';
import fc from 'fast-check';
import { shapeOf, type SignalSpec } from '../signal-spec.js';
import { decodeRecord, encodeRecord, recordBytes, type SignalPrecision } from './signal-record.js';

const SPECS: readonly SignalSpec[] = [
  { name: 'logits', shape: [3] },
  { name: 'hidden/1', shape: ['tokens', 2] },
  { name: 'attentions/0', shape: [2, 'tokens', 'tokens'] },
];

const size = (shape: readonly number[]) => shape.reduce((a, b) => a * b, 1);

/** Random signals of a batch, padded to `length` tokens. */
function outputsOf(rows: number, length: number): Record<string, HostTensor> {
  return Object.fromEntries(
    SPECS.map((spec) => {
      const shape = [rows, ...shapeOf(spec, length)];
      const data = createRng(length).derive(spec.name).normals(size(shape));
      return [spec.name, { dtype: 'float32', shape, data }];
    }),
  );
}

function decode(
  payload: Uint8Array,
  precision: SignalPrecision,
  tokens: number,
  rows: number,
  row: number,
  length: number,
) {
  const batch = Object.fromEntries(
    SPECS.map((spec) => [spec.name, new Float32Array(rows * size(shapeOf(spec, length)))]),
  );
  decodeRecord(SPECS, precision, payload, tokens, batch, row, length);
  return batch;
}

describe('a record', () => {
  it('holds the unpadded values of each signal in order', () => {
    // row 1 of [2, 2 tokens, 2] with one token: only its first two values, after the logits
    const outputs = {
      logits: { dtype: 'float32', shape: [2, 1], data: Float32Array.of(1, 2) },
      'hidden/0': {
        dtype: 'float32',
        shape: [2, 2, 2],
        data: Float32Array.of(0, 0, 0, 0, 5, 6, 7, 8),
      },
    } as const;
    const specs: SignalSpec[] = [
      { name: 'logits', shape: [1] },
      { name: 'hidden/0', shape: ['tokens', 2] },
    ];
    const payload = encodeRecord(specs, 'f32', outputs, 1, 1);
    expect([...new Float32Array(payload.buffer)]).toEqual([2, 5, 6]);
    // half precision of 2, 5 and 6: 0x4000, 0x4500, 0x4600
    expect(Buffer.from(encodeRecord(specs, 'f16', outputs, 1, 1)).toString('hex')).toBe(
      '004000450046',
    );
  });

  it('gives back the same values in a batch of any other length, zeros at padding', () => {
    const lengths = fc.tuple(
      fc.integer({ min: 1, max: 4 }),
      fc.nat({ max: 3 }),
      fc.nat({ max: 3 }),
    );
    fc.assert(
      fc.property(lengths, fc.nat({ max: 2 }), ([tokens, more, other], row) => {
        const outputs = outputsOf(3, tokens + more);
        const payload = encodeRecord(SPECS, 'f32', outputs, row, tokens);
        expect(payload.byteLength).toBe(recordBytes(SPECS, 'f32', tokens));
        const batch = decode(payload, 'f32', tokens, 2, 1, tokens + other);
        const padded = Object.fromEntries(
          SPECS.map((spec) => [
            spec.name,
            {
              dtype: 'float32',
              shape: [2, ...shapeOf(spec, tokens + other)],
              data: batch[spec.name],
            },
          ]),
        ) as Record<string, HostTensor>;
        expect(encodeRecord(SPECS, 'f32', padded, 1, tokens)).toEqual(payload);
        const sum = (values: Iterable<number>) => [...values].reduce((a, b) => a + Math.abs(b), 0);
        const stored = sum(new Float32Array(payload.buffer));
        expect(sum(Object.values(batch).flatMap((values) => [...values]))).toBeCloseTo(stored, 4);
      }),
      { numRuns: 25, seed: 7 },
    );
  });

  it('in half precision is within half a unit of the last of 11 bits, and rounding again changes nothing', () => {
    const outputs = outputsOf(1, 3);
    const payload = encodeRecord(SPECS, 'f16', outputs, 0, 3);
    expect(payload.byteLength).toBe(recordBytes(SPECS, 'f32', 3) / 2);
    const batch = decode(payload, 'f16', 3, 1, 0, 3);
    for (const { name } of SPECS) {
      (outputs[name] as HostTensor).data.forEach((value, i) => {
        expect(Math.abs((batch[name]?.[i] ?? NaN) - value)).toBeLessThanOrEqual(
          Math.abs(value) * 2 ** -11 + 2 ** -25,
        );
      });
    }
    const again = Object.fromEntries(
      SPECS.map(({ name }) => [name, { ...outputs[name], data: batch[name] }]),
    ) as Record<string, HostTensor>;
    expect(encodeRecord(SPECS, 'f16', again, 0, 3)).toEqual(payload);
  });

  it('refuses what can not be stored', () => {
    const specs: SignalSpec[] = [{ name: 'logits', shape: [1] }];
    const record = (value: number, precision: SignalPrecision) =>
      encodeRecord(
        specs,
        precision,
        { logits: { dtype: 'float32', shape: [1, 1], data: Float32Array.of(value) } },
        0,
        1,
      );
    expect(() => record(NaN, 'f32')).toThrow(/logits holds NaN, which nobody can learn from/);
    expect(() => record(-Infinity, 'f16')).toThrow(/holds -Infinity/);
    expect(() => record(1e5, 'f16')).toThrow(
      "The teacher's logits holds 100000, more than float16 can (65504). Set the cache's precision to f32.",
    );
    expect(record(1e5, 'f32')).toHaveLength(4);
  });
});
