import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { HostTensor, HostTensors } from '@distiller/core';
import { readSafetensors, readSafetensorsHeader } from './read.js';
import { writeSafetensors } from './write.js';

let folder: string;
let path: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'safetensors-'));
  path = join(folder, 'x.safetensors');
});
afterAll(() => rm(folder, { recursive: true }));

const floats = (shape: readonly number[], ...values: number[]): HostTensor => ({
  dtype: 'float32',
  shape,
  data: Float32Array.from(values),
});

const tensor: fc.Arbitrary<HostTensor> = fc
  .record({
    shape: fc.array(fc.nat(3), { maxLength: 3 }),
    dtype: fc.constantFrom('float32' as const, 'int32' as const, 'bool' as const),
  })
  .chain(({ shape, dtype }) => {
    const length = shape.reduce((product, size) => product * size, 1);
    const exactly = { minLength: length, maxLength: length };
    const data =
      dtype === 'float32'
        ? fc.float32Array(exactly)
        : dtype === 'int32'
          ? fc.int32Array(exactly)
          : fc.uint8Array({ ...exactly, max: 1 });
    return fc.record({ dtype: fc.constant(dtype), shape: fc.constant(shape), data });
  });
const name = fc
  .string({ unit: 'grapheme', maxLength: 8 })
  .filter((text) => text !== '__metadata__');

describe('writeSafetensors', () => {
  it('writes what the reader gives back, bit for bit', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.dictionary(name, tensor),
        fc.dictionary(name, fc.string({ unit: 'grapheme' })),
        async (tensors, metadata) => {
          await writeSafetensors(path, tensors, metadata);
          const back = await readSafetensors(path);
          expect(Object.keys(back.tensors).sort()).toEqual(Object.keys(tensors).sort());
          expect({ ...back.metadata }).toEqual({ ...metadata });
          for (const [name, { dtype, shape, data }] of Object.entries(tensors)) {
            const found = back.tensors[name] as HostTensor;
            expect([found.dtype, ...found.shape]).toEqual([dtype, ...shape]);
            expect(Buffer.from(found.data.buffer).equals(Buffer.from(data.buffer))).toBe(true);
          }
        },
      ),
      { numRuns: 20, seed: 7 },
    );
  });

  it('writes the documented layout', async () => {
    await writeSafetensors(path, { b: floats([1], 2), a: floats([], 1) }, { z: '1', format: 'pt' });
    const bytes = await readFile(path);
    const json =
      '{"__metadata__":{"format":"pt","z":"1"},' +
      '"a":{"dtype":"F32","shape":[],"data_offsets":[0,4]},' +
      '"b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}';
    const padded = json.padEnd(Math.ceil(json.length / 8) * 8);
    expect(bytes.readBigUInt64LE(0)).toBe(BigInt(padded.length));
    expect(bytes.subarray(8, -8).toString()).toBe(padded);
    expect([bytes.readFloatLE(bytes.length - 8), bytes.readFloatLE(bytes.length - 4)]).toEqual([
      1, 2,
    ]);
  });

  it('puts narrow elements last, so that wide ones stay aligned', async () => {
    const flag: HostTensor = { dtype: 'bool', shape: [3], data: Uint8Array.of(1, 0, 1) };
    await writeSafetensors(path, { a: flag, b: floats([1], 1) });
    const { tensors } = await readSafetensorsHeader(path);
    expect([tensors['b']?.begin, tensors['a']?.begin]).toEqual([0, 4]);
  });

  it('writes the same bytes whatever the order of the record', async () => {
    const [a, b] = [floats([1], 1), floats([2], 2, 3)];
    await writeSafetensors(path, { a, b }, { x: '1', y: '2' });
    const first = await readFile(path);
    await writeSafetensors(path, { b, a }, { y: '2', x: '1' });
    expect(await readFile(path)).toEqual(first);
  });

  it('writes part of a buffer only', async () => {
    const data = Float32Array.of(1, 2, 3, 4).subarray(1, 3);
    await writeSafetensors(path, { a: { dtype: 'float32', shape: [2], data } });
    expect([...((await readSafetensors(path)).tensors['a']?.data ?? [])]).toEqual([2, 3]);
  });

  // float16 has 10 fraction bits, bfloat16 7: 1 + 2⁻¹¹ and 1 + 2⁻⁸ lie half-way and go to the even 1.
  it.each([
    ['F16' as const, [1 + 2 ** -11, 1 + 3 * 2 ** -11], [1, 1 + 2 ** -9]],
    ['BF16' as const, [1 + 2 ** -8, 1 + 3 * 2 ** -8], [1, 1 + 2 ** -6]],
  ])('rounds to %s', async (dtype, values, rounded) => {
    const count: HostTensor = { dtype: 'int32', shape: [1], data: Int32Array.of(70_000) };
    await writeSafetensors(path, { a: floats([2], ...values), count }, {}, { dtype });
    const { tensors } = await readSafetensors(path);
    expect([...(tensors['a']?.data ?? [])]).toEqual(rounded);
    expect(tensors['count']).toEqual(count);
    expect((await readSafetensorsHeader(path)).tensors['a']?.dtype).toBe(dtype);
  });

  it('converts a tensor longer than its buffer', async () => {
    const data = Float32Array.from({ length: 600_000 }, (_, i) => i % 2048);
    await writeSafetensors(
      path,
      { a: { dtype: 'float32', shape: [600_000], data } },
      {},
      { dtype: 'F16' },
    );
    const back = (await readSafetensors(path)).tensors['a']?.data;
    expect(data.every((value, i) => back?.[i] === value)).toBe(true); // toEqual takes seconds
  });

  it.each([
    [
      'a value that overflows',
      { a: floats([1], 70_000) },
      'numeric',
      'tensor "a" holds 70000, which is infinite as F16. Write it as BF16 or F32.',
    ],
    [
      'too few values',
      { a: floats([3], 1) },
      'shape',
      'tensor "a" has shape [3] = 3 elements but 1 values.',
    ],
    [
      'the reserved name',
      { __metadata__: floats([], 1) },
      'shape',
      'no tensor may be called "__metadata__". Rename it.',
    ],
  ] as [string, HostTensors, string, string][])(
    'refuses %s and leaves the old file alone',
    async (_, tensors, code, message) => {
      await writeFile(path, 'precious');
      await expect(writeSafetensors(path, tensors, {}, { dtype: 'F16' })).rejects.toMatchObject({
        code,
        message: `${path}: ${message}`,
      });
      expect(await readFile(path, 'utf8')).toBe('precious');
      expect(await readdir(folder)).toEqual(['x.safetensors']);
    },
  );
});
