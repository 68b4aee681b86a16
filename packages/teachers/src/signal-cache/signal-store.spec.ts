import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import {
  copyFile,
  mkdir,
  readdir,
  readFile,
  rm,
  stat,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { listener, withFolder } from '../tiny-teacher.fixture.js';
import { createShard, scanShard } from './shard-file.js';
import { headerOf, keyOf, payloadOf } from './shard.fixture.js';
import { SignalStore, type SignalStoreOptions } from './signal-store.js';

const RECORD = 28 + 5;

function openStore(folder: string, given: Partial<SignalStoreOptions> = {}) {
  return SignalStore.open({
    folder,
    header: headerOf(),
    maxBytes: 1e6,
    reporter: listener(),
    ...given,
  });
}

/** Adds the records `from` … `to`. */
async function fill(store: SignalStore, from: number, to: number): Promise<void> {
  await store.exclusively(async () => {
    for (let n = from; n <= to; n++) await store.add(keyOf(n), payloadOf(n));
  });
}

async function expectRecords(store: SignalStore, ...numbers: number[]): Promise<void> {
  expect(store.size).toBe(numbers.length);
  for (const n of numbers)
    expect(new Uint8Array((await store.get(keyOf(n))) ?? [])).toEqual(payloadOf(n));
}

function flipByte(bytes: Uint8Array, at: number): void {
  bytes[at] = (bytes[at] as number) ^ 1;
}

/** A shard without records, to know its size. */
async function oneShard(folder: string): Promise<string> {
  const path = join(folder, 'other');
  await createShard(path, headerOf());
  return path;
}

const shardOf = (folder: string, n = 0) => join(folder, `shard-00000${n}.signals`);

describe('SignalStore', () => {
  it('gives back what was added, now and after it was opened again', () =>
    withFolder(async (folder) => {
      const store = await openStore(folder);
      expect(await store.get(keyOf(1))).toBeUndefined();
      await fill(store, 1, 3);
      await expectRecords(store, 1, 2, 3);
      await store.close();
      const again = await openStore(folder);
      await expectRecords(again, 1, 2, 3);
      await again.close();
      expect(await readdir(folder)).toEqual(['shard-000000.signals']);
    }));

  it('killed at any byte of the last record goes on as if it had not been', () =>
    withFolder(async (folder) => {
      const store = await openStore(folder);
      await fill(store, 1, 3);
      await store.close();
      const whole = await readFile(shardOf(folder));
      for (let lost = 1; lost <= RECORD; lost++) {
        await truncate(shardOf(folder), whole.length - lost);
        const resumed = await openStore(folder);
        await expectRecords(resumed, 1, 2);
        await fill(resumed, 3, 3);
        await expectRecords(resumed, 1, 2, 3);
        await resumed.close();
        expect((await readFile(shardOf(folder))).equals(whole)).toBe(true);
      }
    }));

  it('starts a new shard when the last has reached its size', () =>
    withFolder(async (folder) => {
      const header = await createShard(join(folder, 'other'), headerOf());
      const options = { shardBytes: header + 2 * RECORD };
      const store = await openStore(folder, options);
      await fill(store, 1, 5);
      await store.close();
      expect(await readdir(folder)).toEqual([
        'other',
        ...[0, 1, 2].map((n) => `shard-00000${n}.signals`),
      ]);
      const again = await openStore(folder, options);
      await expectRecords(again, 1, 2, 3, 4, 5);
      await fill(again, 6, 6);
      await again.close();
      expect((await scanShard(shardOf(folder, 2))).records).toHaveLength(2);
    }));

  it('stops adding at its budget, says so once, and still gives what it has', () =>
    withFolder(async (folder) => {
      const header = await createShard(join(folder, 'other'), headerOf());
      const reporter = listener();
      const store = await openStore(folder, { maxBytes: header + 3 * RECORD, reporter });
      await fill(store, 1, 6);
      await expectRecords(store, 1, 2, 3);
      await store.close();
      expect(reporter.warnings).toEqual([
        `Signal cache ${folder} has reached its budget of 0 MB with 3 texts; further ones are computed each time. Raise maxMegabytes to keep them.`,
      ]);
      expect((await stat(shardOf(folder))).size).toBeLessThanOrEqual(header + 3 * RECORD);
    }));

  it('adds beside other writers, and knows what they have added', () =>
    withFolder(async (folder) => {
      const { length } = Buffer.from(await readFile(await oneShard(folder)));
      const stores = await Promise.all(
        [1, 2, 3].map(() => openStore(folder, { shardBytes: length + 4 * RECORD })),
      );
      let computed = 0;
      const work = stores.map(async (store) => {
        for (let n = 1; n <= 10; n++) {
          await store.exclusively(async () => {
            if (await store.get(keyOf(n))) return;
            computed++;
            await store.add(keyOf(n), payloadOf(n));
          });
        }
      });
      await Promise.all(work);
      expect(computed).toBe(10);
      for (const store of stores) await expectRecords(store, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
      for (const store of stores) await store.close();
      expect((await readdir(folder)).sort()).toEqual([
        'other',
        ...[0, 1, 2].map((n) => `shard-00000${n}.signals`),
      ]);
    }));

  it('is locked only while something is added', () =>
    withFolder(async (folder) => {
      const store = await openStore(folder);
      const lock = join(folder, 'writer.lock');
      expect(existsSync(lock)).toBe(false);
      await store.exclusively(async () => expect(existsSync(lock)).toBe(true));
      expect(existsSync(lock)).toBe(false);
      await store.close();
    }));

  it('takes over from a writer that was killed in the middle of a record', () =>
    withFolder(async (folder) => {
      const store = await openStore(folder);
      const other = await openStore(folder);
      await fill(store, 1, 2);
      const { pid } = spawnSync('true');
      await writeFile(join(folder, 'writer.lock'), JSON.stringify({ pid, host: hostname() }));
      await truncate(shardOf(folder), (await stat(shardOf(folder))).size - 1);
      await fill(other, 3, 3);
      await expectRecords(other, 1, 3);
      await other.close();
      await store.close();
      const again = await openStore(folder);
      await expectRecords(again, 1, 3);
      await again.close();
    }));

  it('never cuts what another writer is writing', () =>
    withFolder(async (folder) => {
      const writer = await openStore(folder);
      await fill(writer, 1, 2);
      await writer.exclusively(async () => {
        await truncate(shardOf(folder), (await stat(shardOf(folder))).size - 1); // as if in the middle of a write
        const { size } = await stat(shardOf(folder));
        await (await openStore(folder)).close();
        expect((await stat(shardOf(folder))).size).toBe(size);
      });
      await writer.close();
    }));

  it('takes a damaged record for missing, and keeps the new one', () =>
    withFolder(async (folder) => {
      const store = await openStore(folder);
      await fill(store, 1, 3);
      await store.close();
      const bytes = await readFile(shardOf(folder));
      flipByte(bytes, bytes.length - RECORD - 1); // the last byte of record 2
      await writeFile(shardOf(folder), bytes);
      const reporter = listener();
      const again = await openStore(folder, { reporter });
      expect(await again.get(keyOf(2))).toBeUndefined();
      expect(reporter.warnings).toEqual([
        expect.stringMatching(/shard-000000.signals is damaged; .* `distiller cache verify`/),
      ]);
      await fill(again, 2, 2);
      await again.close();
      const repaired = await openStore(folder);
      await expectRecords(repaired, 1, 2, 3);
      await repaired.close();
    }));

  it('leaves a shard with a damaged head as it is and goes on in a new one', () =>
    withFolder(async (folder) => {
      const store = await openStore(folder);
      await fill(store, 1, 3);
      await store.close();
      const bytes = await readFile(shardOf(folder));
      flipByte(bytes, bytes.length - 2 * RECORD); // the first byte of record 2
      await writeFile(shardOf(folder), bytes);
      const reporter = listener();
      const again = await openStore(folder, { reporter });
      await expectRecords(again, 1);
      await fill(again, 2, 3);
      await expectRecords(again, 1, 2, 3);
      await again.close();
      expect(reporter.warnings).toHaveLength(1);
      expect((await readFile(shardOf(folder))).equals(bytes)).toBe(true);
      expect((await scanShard(shardOf(folder, 1))).records).toHaveLength(2);
    }));

  it('ignores shards of other stores and files that are no shards', () =>
    withFolder(async (folder) => {
      const other = join(folder, 'other');
      const foreign = await openStore(other, { header: headerOf('b') });
      await fill(foreign, 1, 1);
      await foreign.close();
      const own = join(folder, 'own');
      await mkdir(own);
      await copyFile(shardOf(other), shardOf(own));
      await writeFile(shardOf(own, 1), 'junk');
      const reporter = listener();
      const store = await openStore(own, { reporter });
      expect(store.size).toBe(0);
      await fill(store, 2, 2);
      await store.close();
      expect(reporter.warnings).toEqual([
        expect.stringMatching(
          /holds signals of another teacher or of other settings; it is ignored/,
        ),
        expect.stringMatching(/is not a signal shard of version 1.*It is ignored\./),
      ]);
      expect((await readdir(own)).sort()).toEqual([0, 1, 2].map((n) => `shard-00000${n}.signals`));
    }));

  it('goes on without adding when it can not write', () =>
    withFolder(async (folder) => {
      const reporter = listener();
      const store = await openStore(folder, { reporter });
      await fill(store, 1, 1);
      await store.close();
      const again = await openStore(folder, { reporter, shardBytes: 1 });
      await again.exclusively(async () => {
        await mkdir(shardOf(folder, 1)); // stands in the way of the next shard
        await again.add(keyOf(2), payloadOf(2));
      });
      await fill(again, 3, 3);
      await expectRecords(again, 1);
      await again.close();
      await rm(shardOf(folder, 1), { recursive: true });
      expect(reporter.warnings).toEqual([
        expect.stringMatching(
          /Can't write .*Nothing more is added to the signal cache; the run goes on\./,
        ),
      ]);
    }));

  it('says when its folder can not be made', () =>
    withFolder(async (folder) => {
      await writeFile(join(folder, 'file'), '');
      await expect(openStore(join(folder, 'file', 'store'))).rejects.toThrow(
        /Can't make the folder .*store/,
      );
    }));
});
