import { appendFile, open, readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { withFolder } from '../tiny-teacher.fixture.js';
import { createShard, frameRecord, readRecord, scanShard } from './shard-file.js';
import { headerOf, keyOf, payloadOf } from './shard.fixture.js';

/** A shard with the records 1 … n, the k-th with a payload of k bytes. @returns where each begins. */
async function shardOf(path: string, n: number): Promise<number[]> {
  const starts = [await createShard(path, headerOf())];
  for (let k = 1; k <= n; k++) {
    const frame = frameRecord(keyOf(k), payloadOf(k, k));
    await appendFile(path, frame);
    starts.push((starts.at(-1) as number) + frame.length);
  }
  return starts;
}

const withShard = (n: number, body: (path: string, starts: number[]) => Promise<void>) =>
  withFolder(async (folder) => {
    const path = join(folder, 'shard');
    await body(path, await shardOf(path, n));
  });

describe('a shard', () => {
  it('frames a record as documented', () => {
    const frame = frameRecord('00112233445566778899aabbccddeeff', Uint8Array.of(1, 2, 3));
    // length 3, crc32(01 02 03) = 0x55bc801d, the key, crc32 of those 24 bytes, the payload
    expect(frame.toString('hex', 0, 24)).toBe(
      '03000000' + '1d80bc55' + '00112233445566778899aabbccddeeff',
    );
    expect(frame.readUInt32LE(24)).toBe(crc32(frame.subarray(0, 24)));
    expect(frame.toString('hex', 28)).toBe('010203');
  });

  it('starts with a line of JSON and gives back its records', () =>
    withShard(3, async (path, starts) => {
      const line = (await readFile(path, 'utf8')).split('\n')[0] as string;
      expect(JSON.parse(line)).toMatchObject({
        format: 'distiller-signals',
        version: 1,
        fingerprint: 'a'.repeat(64),
      });
      const scan = await scanShard(path, { checkPayloads: true });
      expect(scan).toMatchObject({ end: starts[3], flaws: [] });
      expect(scan.records.map(({ key }) => key)).toEqual([keyOf(1), keyOf(2), keyOf(3)]);
      const handle = await open(path, 'r');
      for (const [i, place] of scan.records.entries()) {
        expect(new Uint8Array((await readRecord(handle, place)) ?? [])).toEqual(
          payloadOf(i + 1, i + 1),
        );
      }
      await handle.close();
    }));

  it('cut at any byte of its last record still has the others', () =>
    withShard(3, async (path, starts) => {
      const [, , last = 0, end = 0] = starts;
      for (let size = end - 1; size >= last; size--) {
        await truncate(path, size);
        const scan = await scanShard(path);
        expect(scan.records).toHaveLength(2);
        expect(scan.end).toBe(last);
        expect(scan.flaws).toEqual(size === last ? [] : [{ kind: 'torn', offset: last }]);
      }
    }));

  it('with any byte of a record changed loses that record, or all from it on, and says so', () =>
    withShard(3, async (path, starts) => {
      const whole = await readFile(path);
      const [, second = 0, third = 0] = starts;
      for (let at = second; at < third; at++) {
        const bytes = Buffer.from(whole);
        bytes[at] = (bytes[at] as number) ^ 0x40;
        await writeFile(path, bytes);
        const { records, flaws } = await scanShard(path, { checkPayloads: true });
        const isHead = at < second + 28;
        expect(records.map(({ key }) => key)).toEqual(isHead ? [keyOf(1)] : [keyOf(1), keyOf(3)]);
        expect(flaws).toEqual([{ kind: 'damaged', offset: second }]);
      }
    }));

  it('gives no record whose payload has changed', () =>
    withShard(2, async (path, starts) => {
      const { records } = await scanShard(path);
      const bytes = await readFile(path);
      bytes[(starts[1] as number) + 28] = 99;
      await writeFile(path, bytes);
      const handle = await open(path, 'r');
      expect(await readRecord(handle, records[1] as never)).toBeUndefined();
      expect(await readRecord(handle, records[0] as never)).toBeDefined();
      await handle.close();
    }));

  it('finds records beyond one window of reading', () =>
    withFolder(async (folder) => {
      const path = join(folder, 'shard');
      await createShard(path, headerOf());
      const sizes = [700_000, 10, 1_500_000, 400_000, 3];
      for (const [n, size] of sizes.entries())
        await appendFile(path, frameRecord(keyOf(n), payloadOf(n, size)));
      for (const checkPayloads of [false, true]) {
        const { records, flaws } = await scanShard(path, { checkPayloads });
        expect(records.map(({ length }) => length)).toEqual(sizes);
        expect(flaws).toEqual([]);
      }
    }));

  it('is told from other files', () =>
    withFolder(async (folder) => {
      const path = join(folder, 'shard');
      for (const text of [
        '',
        'hello',
        '{"format":"distiller-signals","version":2,"fingerprint":""}\n',
      ]) {
        await writeFile(path, text);
        await expect(scanShard(path)).rejects.toThrow(
          `${path} is not a signal shard of version 1: its first line does not say so. Move it out of the cache's folder.`,
        );
      }
      await expect(scanShard(join(folder, 'none'))).rejects.toThrow(/Can't read .*none/);
    }));
});
