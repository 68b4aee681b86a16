import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DistillerError } from '@distiller/core';
import { readSafetensors, readSafetensorsHeader } from './read.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'safetensors-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** A file with this header, and its length before it unless another is given. */
async function fileWith(
  header: string | Uint8Array | object,
  data: ArrayBufferView = new Uint8Array(0),
  length?: bigint,
): Promise<string> {
  const bytes =
    header instanceof Uint8Array
      ? header
      : new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header));
  const prefix = new DataView(new ArrayBuffer(8));
  prefix.setBigUint64(0, length ?? BigInt(bytes.length), true);
  const body = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  const path = join(folder, 'x.safetensors');
  await writeFile(path, Buffer.concat([Buffer.from(prefix.buffer), bytes, body]));
  return path;
}

const info = (dtype: unknown, shape: unknown, ...offsets: unknown[]) => ({
  dtype,
  shape,
  data_offsets: offsets,
});

describe('readSafetensors', () => {
  it.each([
    ['F64', Float64Array.of(1.5, -2), 'float32', [1.5, -2]],
    ['F32', Float32Array.of(1.5, -2), 'float32', [1.5, -2]],
    ['F16', Uint16Array.of(0x3c00, 0xc001), 'float32', [1, -2 - 2 ** -9]],
    ['BF16', Uint16Array.of(0x3fc0, 0xc000), 'float32', [1.5, -2]],
    ['I64', BigInt64Array.of(7n, -(2n ** 31n)), 'int32', [7, -(2 ** 31)]],
    ['U64', BigUint64Array.of(7n, 2n ** 31n - 1n), 'int32', [7, 2 ** 31 - 1]],
    ['I32', Int32Array.of(7, -7), 'int32', [7, -7]],
    ['U32', Uint32Array.of(7, 8), 'int32', [7, 8]],
    ['I16', Int16Array.of(7, -7), 'int32', [7, -7]],
    ['U16', Uint16Array.of(7, 65535), 'int32', [7, 65535]],
    ['I8', Int8Array.of(7, -7), 'int32', [7, -7]],
    ['U8', Uint8Array.of(1, 0), 'bool', [1, 0]],
    ['BOOL', Uint8Array.of(1, 0), 'bool', [1, 0]],
  ])('reads %s', async (dtype, data, host, values) => {
    const path = await fileWith({ x: info(dtype, [1, 2], 0, data.byteLength) }, data);
    const { x } = (await readSafetensors(path)).tensors;
    expect(x?.dtype).toBe(host);
    expect(x?.shape).toEqual([1, 2]);
    expect([...(x?.data ?? [])]).toEqual(values);
  });

  it('converts a tensor longer than its buffer', async () => {
    const data = BigInt64Array.from({ length: 300_000 }, (_, i) => BigInt(i));
    const path = await fileWith({ x: info('I64', [300_000], 0, data.byteLength) }, data);
    const { x } = (await readSafetensors(path)).tensors;
    expect(x?.data.every((value, i) => value === i)).toBe(true);
  });

  it('reads the named tensors only, in the order asked for', async () => {
    const path = await fileWith(
      { a: info('F32', [], 0, 4), b: info('F32', [1], 4, 8), c: info('C64', [1], 8, 16) },
      Float32Array.of(1, 2, 3, 4),
    );
    const { tensors } = await readSafetensors(path, { names: ['b', 'a'] });
    expect(Object.entries(tensors).map(([name, { data }]) => [name, ...data])).toEqual([
      ['b', 2],
      ['a', 1],
    ]);
  });

  it('reads scalars, empty tensors, an empty file and names that look special', async () => {
    const path = await fileWith(
      `{"__metadata__":{"format":"pt"},"empty":{"dtype":"F32","shape":[0,3],"data_offsets":[4,4]},
        "__proto__":{"dtype":"F32","shape":[],"data_offsets":[0,4]}}`,
      Float32Array.of(5),
    );
    const { tensors, metadata } = await readSafetensors(path);
    expect(Object.keys(tensors)).toEqual(['empty', '__proto__']);
    expect(tensors['empty']?.data.length).toBe(0);
    expect(Object.getOwnPropertyDescriptor(tensors, '__proto__')?.value.data[0]).toBe(5);
    expect(metadata).toEqual({ format: 'pt' });
    expect(await readSafetensors(await fileWith('{}  '))).toEqual({ tensors: {}, metadata: {} });
  });

  it('says which tensors there are when one is missing', async () => {
    const path = await fileWith({ a: info('F32', [], 0, 4) }, Float32Array.of(1));
    await expect(readSafetensors(path, { names: ['b'] })).rejects.toThrow(
      `${path}: there is no tensor "b". The file has 1: "a".`,
    );
  });

  it('refuses types and integers that the host cannot hold', async () => {
    const float8 = await fileWith({ a: info('F8_E4M3', [1], 0, 1) }, Uint8Array.of(1));
    await expect(readSafetensors(float8)).rejects.toThrow(
      `${float8}: tensor "a" is F8_E4M3, which has no equivalent here. Convert it to F32, F16 or BF16 first.`,
    );
    const big = await fileWith({ a: info('I64', [2], 0, 16) }, BigInt64Array.of(1n, 2n ** 31n));
    await expect(readSafetensors(big)).rejects.toThrow(
      `${big}: tensor "a": element 1 is 2147483648, which does not fit the 32-bit integers used here.`,
    );
  });

  it('blames the file system when the file cannot be opened', async () => {
    const path = join(folder, 'absent.safetensors');
    await expect(readSafetensors(path)).rejects.toMatchObject({
      code: 'io',
      message: expect.stringContaining(`Can't read ${path}: ENOENT`),
    });
  });
});

describe('a malformed file is refused:', () => {
  const four = Float32Array.of(1);
  const metadata = (value: unknown) => ({ __metadata__: value });
  it.each<[string, string, string | Uint8Array | object, ArrayBufferView?, bigint?]>([
    ['a header over the limit', 'at most 100000000 are allowed', '{}', four, 100_000_001n],
    ['a length of 2⁶⁴ − 1', 'has 18446744073709551615 bytes', '{}', four, 2n ** 64n - 1n],
    ['a header longer than the file', 'has 7 bytes but the file ends after 6', '{}', four, 7n],
    ['an empty header', 'must start with "{" but starts with nothing', '', four],
    ['a header that starts with a space', 'starts with byte 0x20', ' {}'],
    ['a header that is a list', 'starts with byte 0x5b', '[]'],
    ['invalid UTF-8', 'not valid UTF-8', Uint8Array.of(0x7b, 0xff, 0x7d)],
    ['an unpaired surrogate in UTF-8', 'not valid UTF-8', Uint8Array.of(0x7b, 0xed, 0xa0, 0x80)],
    ['broken JSON', 'not valid JSON', '{"a":'],
    ['text behind the JSON', 'not valid JSON', '{} x'],
    ['a doubled name', 'the key "a" appears twice', '{"a":0,"a":0}'],
    ['a doubled field', 'the key "dtype" appears twice', '{"a":{"dtype":"F32","dtype":"F64"}}'],
    ['metadata that is no object', '"__metadata__" must map', metadata('x')],
    ['metadata that is a list', '"__metadata__" must map', metadata(['x'])],
    ['metadata that is no text', '"__metadata__" must map', metadata({ step: 3 })],
    ['a tensor that is no object', 'tensor "a": expected an object but found 3', { a: 3 }],
    ['a tensor that is null', 'tensor "a": expected an object', { a: null }],
    [
      'an unknown dtype',
      'unknown dtype "F31"; expected one of F64, F32',
      { a: info('F31', [], 0, 4) },
    ],
    ['an inherited name as dtype', 'unknown dtype "toString"', { a: info('toString', [], 0, 4) }],
    ['a missing dtype', 'unknown dtype undefined', { a: { shape: [], data_offsets: [0, 4] } }],
    ['a shape that is a number', 'shape must be a list', { a: info('F32', 1, 0, 4) }, four],
    ['a negative size', 'shape must be a list', { a: info('F32', [-1], 0, 4) }, four],
    ['a fractional size', 'shape must be a list', { a: info('F32', [1.5], 0, 4) }, four],
    [
      'a size past 2⁵³',
      'shape must be a list',
      `{"a":${JSON.stringify(info('F32', [1], 0, 4)).replace('[1]', '[1e300]')}}`,
      four,
    ],
    [
      'a product that overflows',
      'impossibly large',
      { a: info('F32', [2 ** 40, 2 ** 40], 0, 4) },
      four,
    ],
    [
      'a product that wraps to 4 in 64 bits',
      'impossibly large',
      { a: info('U8', [2 ** 33, 2 ** 31, 1], 0, 4) },
      four,
    ],
    [
      'an overflow hidden by a zero',
      'impossibly large',
      { a: info('F32', [...Array(20).fill(2 ** 53 - 1), 0], 0, 0) },
    ],
    ['one offset', 'data_offsets must be two', { a: info('F32', [], 4) }, four],
    ['a negative offset', 'data_offsets must be two', { a: info('F32', [], -4, 0) }, four],
    [
      'offsets in reverse',
      'takes 4 bytes but data_offsets [4, 0] span -4',
      { a: info('F32', [], 4, 0) },
      four,
    ],
    [
      'a span that is too long',
      'F32 [1] takes 4 bytes but data_offsets [0, 8] span 8',
      { a: info('F32', [1], 0, 8) },
      Float32Array.of(1, 2),
    ],
    [
      'a tensor beyond the end',
      'ends beyond the file, which holds 4 bytes',
      { a: info('F32', [2], 0, 8) },
      four,
    ],
    [
      'two tensors in one place',
      'tensor "b" at data_offsets [0, 4] overlaps',
      { a: info('F32', [], 0, 4), b: info('F32', [], 0, 4) },
      four,
    ],
    [
      'tensors that overlap in part',
      'overlaps the tensor before it, which ends at 8',
      { a: info('F32', [2], 0, 8), b: info('F32', [2], 4, 12) },
      Float32Array.of(1, 2, 3),
    ],
    [
      'a hole between tensors',
      'leaves a hole: the data before it ends at 4',
      { a: info('F32', [], 0, 4), b: info('F32', [], 8, 12) },
      Float32Array.of(1, 2, 3),
    ],
    [
      'a hole at the front',
      'leaves a hole: the data before it ends at 0',
      { a: info('F32', [], 4, 8) },
      Float32Array.of(1, 2),
    ],
    [
      'data behind the last tensor',
      'end at byte 4 of the data, but 8 bytes follow',
      { a: info('F32', [], 0, 4) },
      Float32Array.of(1, 2),
    ],
    ['data without tensors', 'end at byte 0 of the data, but 4 bytes follow', '{}', four],
  ])('%s', async (_, message, header, ...body) => {
    const path = await fileWith(header, ...body);
    const error = await readSafetensorsHeader(path).catch((error: unknown) => error);
    expect(error).toBeInstanceOf(DistillerError);
    expect(error).toMatchObject({ code: 'input', message: expect.stringContaining(message) });
    expect((error as Error).message.startsWith(`${path}: `)).toBe(true);
  });

  it('a file shorter than its own length field', async () => {
    const path = join(folder, 'short.safetensors');
    await writeFile(path, Uint8Array.of(1, 2, 3));
    await expect(readSafetensors(path)).rejects.toThrow(
      `${path}: the file has 3 bytes; a safetensors file has at least 10. Was it fully downloaded?`,
    );
  });

  it('any damage is found or harmless, and never a crash', async () => {
    const header = { a: info('F32', [2], 0, 8), b: info('I64', [1], 8, 16) };
    const good = await readFile(await fileWith(header, new Uint8Array(16)));
    const damage = fc.record({
      cut: fc.nat(good.length),
      at: fc.nat(good.length - 1),
      byte: fc.integer({ min: 0, max: 255 }),
    });
    await fc.assert(
      fc.asyncProperty(damage, async ({ cut, at, byte }) => {
        const bytes = Buffer.from(good);
        bytes[at] = byte;
        const path = join(folder, 'damaged.safetensors');
        await writeFile(path, bytes.subarray(0, cut < good.length / 2 ? cut : good.length));
        await readSafetensors(path).catch((error: unknown) => {
          expect(error).toMatchObject({ name: 'DistillerError', code: 'input' });
        });
      }),
      { numRuns: 200, seed: 7 },
    );
  });
});
