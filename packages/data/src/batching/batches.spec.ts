import { describe, expect, it } from '@jest/globals';
import {
  createRng,
  type Batch,
  type Example,
  type TokenizerModel,
  type Texts,
} from '@distiller/core';
import fc from 'fast-check';
import { encodeExamples, type EncodedExamples } from './encode-examples.js';
import { evaluationBatches } from './evaluation-batches.js';
import type { BatchOptions } from './plan-batches.js';
import { trainingBatches } from './training-batches.js';

/** A 1 before each text, then its characters' codes, each `times`. `pad` tells tokenizers apart. */
function characterTokenizer(pad: number, times = 1): TokenizerModel & { calls: number } {
  return {
    fingerprint: `characters, padded with ${pad}`,
    vocabularySize: 256,
    padId: pad,
    calls: 0,
    encode(texts: Texts, maxLength: number) {
      this.calls++;
      const ids = texts.flatMap((text) => [
        1,
        ...[...text].flatMap((c) => Array.from({ length: times }, () => c.charCodeAt(0))),
      ]);
      return {
        ids: ids.slice(0, maxLength),
        types: texts
          .flatMap((text, type) => Array.from({ length: times * text.length + 1 }, () => type))
          .slice(0, maxLength),
      };
    },
    files: () => ({}),
  };
}

/** Example i is `lengths[i]` tokens long and has label i. */
const ofLengths = (lengths: readonly number[]): Example[] =>
  lengths.map((length, i) => ({ id: String(i), texts: ['x'.repeat(length - 1)], label: i }));

const encode = (examples: Example[], maxLength = 32, tokenizer = characterTokenizer(0)) =>
  encodeExamples(examples, { student: { tokenizer, maxLength } });

const options = (more: Partial<BatchOptions> = {}): BatchOptions => ({
  size: 4,
  lengths: [4, 8],
  kind: 'classification',
  ...more,
});

const shape = (batch: Batch) => batch.encodings['student']?.['ids']?.shape;
const ids = (batch: Batch) => batch.examples.map(({ id }) => id);

describe('encodeExamples', () => {
  it('encodes each text once when the roles share a tokenizer', async () => {
    const tokenizer = characterTokenizer(0);
    const role = { tokenizer, maxLength: 8 };
    const encoded = await encodeExamples(ofLengths([3, 5]), { student: role, teacher: role });
    expect(tokenizer.calls).toBe(2);
    expect(encoded.texts['teacher']).toBe(encoded.texts['student']);
    expect([...(encoded.texts['student']?.starts ?? [])]).toEqual([0, 3, 8]);
  });

  it('cuts and counts texts that are too long', async () => {
    const { texts } = await encode(ofLengths([3, 9, 8, 20]), 8);
    expect(texts['student']?.truncated).toBe(2);
    expect([...(texts['student']?.starts ?? [])]).toEqual([0, 3, 11, 19, 27]);
  });

  it('grows past its first buffer', async () => {
    const { texts } = await encode(ofLengths(Array.from({ length: 400 }, () => 30)));
    expect(texts['student']?.ids.length).toBe(12_000);
    expect(texts['student']?.ids[11_970]).toBe(1);
    expect(texts['student']?.ids.at(-1)).toBe('x'.charCodeAt(0));
  });

  it('refuses a split without examples', async () => {
    await expect(encode([])).rejects.toThrow(
      'There are no examples to encode; the split is empty.',
    );
  });

  it('stops when asked to', async () => {
    const tokenizer = characterTokenizer(0);
    await expect(
      encodeExamples(
        ofLengths([3]),
        { student: { tokenizer, maxLength: 8 } },
        { signal: AbortSignal.abort() },
      ),
    ).rejects.toMatchObject({ code: 'cancelled' });
  });
});

describe('trainingBatches', () => {
  it('pads ids with the padding token, and mask and types with 0', async () => {
    const pair: Example = { id: 'p', texts: ['a', 'b'], label: 2 };
    const encoded = await encode([pair], 32, characterTokenizer(9));
    const batch = trainingBatches(encoded, options({ lengths: [6] }), createRng(1)).at(0);
    const a = 'a'.charCodeAt(0);
    expect(batch.encodings['student']).toEqual({
      ids: { dtype: 'int32', shape: [1, 6], data: Int32Array.of(1, a, 1, a + 1, 9, 9) },
      mask: { dtype: 'int32', shape: [1, 6], data: Int32Array.of(1, 1, 1, 1, 0, 0) },
      types: { dtype: 'int32', shape: [1, 6], data: Int32Array.of(0, 0, 1, 1, 0, 0) },
    });
    expect(batch.labels).toEqual({ dtype: 'int32', shape: [1], data: Int32Array.of(2) });
  });

  it('moves what a bucket has left over into the next, and fills only the last batch', async () => {
    // Five texts of up to 4 tokens, two of up to 8: one batch of four short ones; then the fifth, the two of the
    // longer bucket, and one example again.
    const encoded = await encode(ofLengths([2, 3, 4, 4, 2, 7, 8]));
    const batches = trainingBatches(encoded, options(), createRng(3));
    expect(batches.batchesPerEpoch).toBe(2);
    expect(batches.shapes).toEqual([
      [4, 4],
      [4, 8],
    ]);
    const epoch = [batches.at(0), batches.at(1)].sort(
      (a, b) => (shape(a)?.[1] ?? 0) - (shape(b)?.[1] ?? 0),
    ) as [Batch, Batch];
    expect(epoch.map(shape)).toEqual([
      [4, 4],
      [4, 8],
    ]);
    expect(ids(epoch[1])).toEqual(expect.arrayContaining(['5', '6']));
    expect(new Set(ids(epoch[1])).size).toBe(4);
    expect(new Set(epoch.flatMap(ids))).toEqual(new Set(['0', '1', '2', '3', '4', '5', '6']));
  });

  it('holds fewer examples when a token budget says so', async () => {
    const encoded = await encode(ofLengths([4, 4, 4, 4, 4, 4, 8, 8, 30]));
    // 16 tokens: four of length 4, two of length 8, and at least one of the full length 32.
    const { shapes } = trainingBatches(encoded, options({ size: 100, tokens: 16 }), createRng(1));
    expect(shapes).toEqual([
      [4, 4],
      [2, 8],
      [1, 32],
    ]);
  });

  it('gives the same batch for the same number in any order of asking', async () => {
    const encoded = await encode(ofLengths(Array.from({ length: 40 }, (_, i) => 1 + (i % 8))));
    const forwards = trainingBatches(encoded, options(), createRng(5));
    const all = Array.from({ length: 35 }, (_, i) => forwards.at(i));
    const backwards = trainingBatches(encoded, options(), createRng(5));
    for (let i = 34; i >= 0; i--) expect(backwards.at(i)).toEqual(all[i]);
  });

  it('changes with the epoch and with the generator', async () => {
    const encoded = await encode(ofLengths(Array.from({ length: 64 }, () => 4)));
    const batches = trainingBatches(encoded, options(), createRng(1));
    const epoch = (from: typeof batches, e: number) =>
      Array.from({ length: 16 }, (_, i) => ids(from.at(16 * e + i)).join());
    expect(epoch(batches, 1)).not.toEqual(epoch(batches, 0));
    expect(epoch(trainingBatches(encoded, options(), createRng(2)), 0)).not.toEqual(
      epoch(batches, 0),
    );
  });

  it('uses every example in every epoch, all batches full and of few shapes', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 32 }), { minLength: 1, maxLength: 60 }),
        fc.integer({ min: 1, max: 9 }),
        fc.option(fc.integer({ min: 1, max: 100 }), { nil: undefined }),
        async (lengths, size, tokens) => {
          const encoded = await encode(ofLengths(lengths));
          const settings = { ...options({ size }), ...(tokens !== undefined && { tokens }) };
          const batches = trainingBatches(encoded, settings, createRng(1));
          for (const epoch of [0, 1]) {
            const seen = new Map<string, number>();
            for (let i = 0; i < batches.batchesPerEpoch; i++) {
              const batch = batches.at(epoch * batches.batchesPerEpoch + i);
              const [b, t] = shape(batch) as [number, number];
              expect(batch.examples.length).toBe(b);
              expect(batches.shapes).toContainEqual([b, t]);
              for (const id of ids(batch)) seen.set(id, (seen.get(id) ?? 0) + 1);
            }
            expect(seen.size).toBe(lengths.length);
            const repeats = [...seen.values()].reduce((sum, n) => sum + n - 1, 0);
            expect(repeats).toBeLessThan(size);
          }
        },
      ),
      { numRuns: 40, seed: 11 },
    );
  });

  it('pads a teacher with another tokenizer to a length of its own, one with the same to the same', async () => {
    const tokenizer = characterTokenizer(0);
    const encoded = await encodeExamples(ofLengths([2, 3]), {
      student: { tokenizer, maxLength: 32 },
      teacher: { tokenizer: characterTokenizer(7, 3), maxLength: 32 }, // 4 and 7 tokens
      twin: { tokenizer, maxLength: 32 },
    });
    const batch = trainingBatches(encoded, options(), createRng(1)).at(0);
    expect(shape(batch)).toEqual([2, 4]);
    expect(batch.encodings['twin']).toBe(batch.encodings['student']);
    const teacher = batch.encodings['teacher'];
    expect(teacher?.['ids']?.shape).toEqual([2, 8]);
    const mask = teacher?.['mask']?.data as Int32Array;
    const tokens = mask.reduce((sum, one) => sum + one, 0);
    expect(tokens).toBe(11);
  });

  it('leaves labels out unless every example has one, and keeps values as they are', async () => {
    const half: Example[] = [
      { id: 'a', texts: ['x'], label: 0.25 },
      { id: 'b', texts: ['y'] },
    ];
    const mixed = trainingBatches(await encode(half), options(), createRng(1));
    expect(mixed.at(0).labels).toBeUndefined();
    const values = trainingBatches(
      await encode(half.slice(0, 1)),
      options({ kind: 'regression' }),
      createRng(1),
    );
    expect(values.at(0).labels).toEqual({
      dtype: 'float32',
      shape: [1],
      data: Float32Array.of(0.25),
    });
  });

  it.each<[string, Partial<BatchOptions>, string]>([
    ['size', { size: 0 }, 'The batch size is 0; expected a whole number of at least 1.'],
    [
      'lengths',
      { lengths: [8, 4] },
      'Batch lengths are 8, 4; expected ascending whole numbers of tokens, but 4 breaks the order.',
    ],
    [
      'leader',
      { leader: 'critic' },
      'Batches should follow the lengths of "critic", but texts are encoded for student only.',
    ],
  ])('refuses a wrong %s', async (_, wrong, message) => {
    const encoded = await encode(ofLengths([2]));
    expect(() => trainingBatches(encoded, options(wrong), createRng(1))).toThrow(message);
  });
});

describe('evaluationBatches', () => {
  const run = (encoded: EncodedExamples, size: number) => [
    ...evaluationBatches(encoded, options({ size })),
  ];

  it('gives every example exactly once and repeats the last in rows that are too many', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 32 }), { minLength: 1, maxLength: 40 }),
        fc.integer({ min: 1, max: 9 }),
        async (lengths, size) => {
          const encoded = await encode(ofLengths(lengths));
          const batches = run(encoded, size);
          expect(evaluationBatches(encoded, options({ size })).length).toBe(batches.length);
          expect(
            batches
              .flatMap(ids)
              .map(Number)
              .sort((a, b) => a - b),
          ).toEqual(lengths.map((_, i) => i));
          for (const batch of batches) {
            expect([...batch.indices].map(String)).toEqual(ids(batch));
            const [b, t] = shape(batch) as [number, number];
            const mask = batch.encodings['student']?.['mask']?.data as Int32Array;
            const tokens = Array.from({ length: b }, (_, row) =>
              mask.subarray(row * t, (row + 1) * t).reduce((sum, one) => sum + one, 0),
            );
            const expected = Array.from(
              { length: b },
              (_, row) => lengths[batch.indices[Math.min(row, batch.indices.length - 1)] as number],
            );
            expect(tokens).toEqual(expected);
          }
          expect(
            batches.slice(0, -1).every((batch) => batch.examples.length === shape(batch)?.[0]),
          ).toBe(true);
        },
      ),
      { numRuns: 40, seed: 12 },
    );
  });
});
