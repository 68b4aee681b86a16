import { appendFile, copyFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { listener, withFolder } from '../tiny-teacher.fixture.js';
import { inspectSignalCache, verifySignalCache } from './inspect-signal-cache.js';
import { headerOf, keyOf, payloadOf } from './shard.fixture.js';
import { SignalStore } from './signal-store.js';
import { shardPath, storeFolder } from './store-folder.js';

/** A store with records 1 … n below a cache folder. @returns its first shard. */
async function storeOf(cacheFolder: string, digit: string, n: number): Promise<string> {
  const header = headerOf(digit);
  const folder = storeFolder(cacheFolder, header.fingerprint);
  const store = await SignalStore.open({ folder, header, maxBytes: 1e6, reporter: listener() });
  await store.exclusively(async () => {
    for (let k = 1; k <= n; k++) await store.add(keyOf(k), payloadOf(k));
    await store.add(keyOf(n), payloadOf(n));
  });
  await store.close();
  return shardPath(folder, 0);
}

describe('inspectSignalCache', () => {
  it('finds nothing where there is no cache', () =>
    withFolder(async (folder) => expect(await inspectSignalCache(folder)).toEqual([])));

  it('tells what each store holds', () =>
    withFolder(async (folder) => {
      const shard = await storeOf(folder, 'a', 3);
      await storeOf(folder, 'b', 1);
      const [a, b] = await inspectSignalCache(folder);
      expect(a).toMatchObject({
        texts: 3,
        shards: 1,
        flaws: [],
        header: { precision: 'f32', engine: 'tfjs/cpu' },
      });
      expect(a?.bytes).toBe((await readFile(shard)).length);
      expect(b).toMatchObject({ texts: 1 });
    }));

  it('reports a torn end and foreign files', () =>
    withFolder(async (folder) => {
      const a = await storeOf(folder, 'a', 2);
      const { length } = await readFile(a);
      await appendFile(a, 'torn');
      const b = await storeOf(folder, 'b', 2);
      await copyFile(a, b.replace('000000', '000001'));
      await writeFile(b.replace('000000', '000002'), 'junk\n');
      const [first, second] = await inspectSignalCache(folder);
      expect(first?.flaws).toEqual([
        {
          path: a,
          kind: 'torn',
          offset: length,
          problem: expect.stringMatching(/ends within a record/),
        },
      ]);
      expect(second?.flaws).toEqual([
        expect.objectContaining({
          kind: 'foreign',
          problem: expect.stringMatching(/another teacher/),
        }),
        expect.objectContaining({
          kind: 'foreign',
          problem: expect.stringMatching(/is not a signal shard/),
        }),
      ]);
    }));
});

describe('verifySignalCache', () => {
  it('finds a changed byte, which inspecting does not look for', () =>
    withFolder(async (folder) => {
      const path = await storeOf(folder, 'a', 3);
      const bytes = await readFile(path);
      const at = bytes.length - 1;
      bytes[at] = (bytes[at] as number) ^ 1;
      await writeFile(path, bytes);
      expect((await inspectSignalCache(folder))[0]?.flaws).toEqual([]);
      expect((await verifySignalCache(folder))[0]?.flaws).toEqual([
        {
          path,
          kind: 'damaged',
          offset: bytes.length - 33,
          problem: expect.stringMatching(/not those that were written/),
        },
      ]);
      expect((await readFile(join(path))).equals(bytes)).toBe(true);
    }));
});
