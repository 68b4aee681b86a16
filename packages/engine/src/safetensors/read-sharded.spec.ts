import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { HostTensor } from '@distiller/core';
import { readShardedSafetensors } from './read-sharded.js';
import { writeSafetensors } from './write.js';

let folder: string;
let index: string;
const scalar = (value: number): HostTensor => ({
  dtype: 'float32',
  shape: [],
  data: Float32Array.of(value),
});

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sharded-'));
  index = join(folder, 'model.safetensors.index.json');
  await writeSafetensors(
    join(folder, '1.safetensors'),
    { a: scalar(1), b: scalar(2) },
    { format: 'pt' },
  );
  await writeSafetensors(join(folder, '2.safetensors'), { c: scalar(3) });
});
afterAll(() => rm(folder, { recursive: true }));

async function read(weightMap: unknown, names?: string[]) {
  await writeFile(index, JSON.stringify({ metadata: { total_size: 12 }, weight_map: weightMap }));
  return readShardedSafetensors(index, names && { names });
}

const whole = { c: '2.safetensors', a: '1.safetensors', b: '1.safetensors' };

describe('readShardedSafetensors', () => {
  it('gathers the tensors of all shards', async () => {
    const { tensors, metadata } = await read(whole);
    expect(Object.entries(tensors).map(([name, { data }]) => [name, data[0]])).toEqual([
      ['c', 3],
      ['a', 1],
      ['b', 2],
    ]);
    expect(metadata).toEqual({ format: 'pt' });
  });

  it('opens only the shards it needs', async () => {
    const { tensors } = await read({ ...whole, d: 'absent.safetensors' }, ['b']);
    expect(Object.keys(tensors)).toEqual(['b']);
  });

  it.each<[string, unknown, string, string[]?]>([
    ['an index without a map', undefined, 'expected an object "weight_map"'],
    ['a map that is a list', ['a'], 'expected an object "weight_map"'],
    ['a shard that is no name', { a: 3 }, '"weight_map" puts "a" into 3; expected the name of'],
    [
      'a path upwards',
      { a: '../1.safetensors' },
      'expected the name of a .safetensors file in the same folder',
    ],
    ['an absolute path', { a: '/1.safetensors' }, 'expected the name of a .safetensors file'],
    ['a Windows path', { a: '..\\1.safetensors' }, 'expected the name of a .safetensors file'],
    [
      'another kind of file',
      { a: 'pytorch_model.bin' },
      'expected the name of a .safetensors file',
    ],
    [
      'a tensor that the shard lacks',
      { ...whole, d: '2.safetensors' },
      'puts "d" into 2.safetensors, which lacks it',
    ],
    ['a tensor that the index forgot', { a: '1.safetensors' }, 'holds "b", but'],
    ['a tensor that is asked for in vain', whole, 'there is no tensor "x" in "weight_map"', ['x']],
    ['a missing shard', { a: 'absent.safetensors' }, 'absent.safetensors: ENOENT'],
  ])('refuses %s', async (_, weightMap, ...[message, names]) => {
    await expect(read(weightMap, names)).rejects.toThrow(message);
  });

  it('refuses a broken or doubled index', async () => {
    await writeFile(index, '{"weight_map":{"a":"1.safetensors","a":"2.safetensors"}}');
    await expect(readShardedSafetensors(index)).rejects.toThrow(
      `${index} is not valid JSON: the key "a" appears twice.`,
    );
  });

  it('blames the file system for an absent index', async () => {
    await expect(readShardedSafetensors(join(folder, 'nowhere'))).rejects.toMatchObject({
      code: 'io',
    });
  });
});
