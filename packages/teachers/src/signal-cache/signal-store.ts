import { open, stat, type FileHandle } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import {
  DistillerError,
  ioError,
  makeFolder,
  takeFileLock,
  type FileLock,
  type Reporter,
} from '@distiller/core';
import {
  createShard,
  frameRecord,
  readRecord,
  scanShard,
  type RecordPlace,
  type ShardHeader,
  type ShardScan,
} from './shard-file.js';
import { listShards, lockPath, shardPath } from './store-folder.js';

export interface SignalStoreOptions {
  readonly folder: string;
  readonly header: ShardHeader;
  /** Bytes of all shards together, above which nothing is added. */
  readonly maxBytes: number;
  /** A shard that has reached this size is followed by a new one. Default 256 MiB. */
  readonly shardBytes?: number;
  readonly reporter: Pick<Reporter, 'warn'>;
}

interface Shard {
  readonly index: number;
  readonly path: string;
  /** Where the next record belongs. */
  end: number;
  /** Whether records may be appended. */
  isSound: boolean;
  handle?: Promise<FileHandle>;
}

/** Milliseconds between two looks at the lock of another writer. */
const LOCK_POLL_MS = 10;
/** Milliseconds for which another writer is waited for: it holds the lock for one batch of texts. */
const LOCK_WAIT_MS = 120_000;

/**
 * Records by key in append-only shards on disk. Of two records with one key the later counts. Any number of processes use a
 * store at a time: they append one after the other, each after it has taken in what the others have added.
 *
 * Nothing that happens to the cache stops a run: what can't be read is a miss, and what can't be written
 * (a writer that never ends, the budget, a full disk) is left out, with one warning.
 */
export class SignalStore {
  readonly #options: Required<SignalStoreOptions>;
  readonly #places = new Map<string, { readonly shard: Shard; readonly place: RecordPlace }>();
  #shards: Shard[] = [];
  #bytes = 0;
  #isAdding = true;
  #hasWarnedOfDamage = false;
  readonly #foreign = new Set<string>();

  private constructor(options: Required<SignalStoreOptions>) {
    this.#options = options;
  }

  /** @throws DistillerError `io` when the folder can't be read or made. */
  static async open(given: SignalStoreOptions): Promise<SignalStore> {
    const options = { shardBytes: 2 ** 28, ...given };
    await makeFolder(options.folder);
    const store = new SignalStore(options);
    try {
      await store.#takeIn();
      return store;
    } catch (error) {
      await store.close();
      throw error;
    }
  }

  /** Number of texts. */
  get size(): number {
    return this.#places.size;
  }

  /** @returns the payload, or undefined when there is none or it has been damaged. */
  async get(key: string): Promise<Uint8Array | undefined> {
    const found = this.#places.get(key);
    if (!found) return undefined;
    const payload = await readRecord(await this.#handle(found.shard), found.place);
    if (payload) return payload;
    this.#places.delete(key);
    this.#warnOfDamage(found.shard.path);
    return undefined;
  }

  /**
   * Runs an action while no other process adds, after taking in what others have added: what is still missing then is computed by
   * one process only. An action of a store that has stopped adding is run all the same. One call at a time.
   */
  async exclusively<T>(action: () => Promise<T>): Promise<T> {
    const lock = this.#isAdding ? await this.#lock() : undefined;
    if (!lock) return action();
    try {
      await this.#takeIn();
      await this.#cutTornEnd();
      return await action();
    } finally {
      await lock.release();
    }
  }

  /** Appends a record, unless the store has stopped adding. Call it within `exclusively`, one call at a time. */
  async add(key: string, payload: Uint8Array): Promise<void> {
    if (!this.#isAdding) return;
    const frame = frameRecord(key, payload);
    const { folder, maxBytes } = this.#options;
    if (this.#bytes + frame.length > maxBytes) {
      this.#stopAdding(
        `Signal cache ${folder} has reached its budget of ${megabytes(maxBytes)} MB with ${this.size} texts; further ones are computed each time. Raise maxMegabytes to keep them.`,
      );
      return;
    }
    try {
      const shard = await this.#shardToAppendTo();
      const handle = await this.#handle(shard);
      const { bytesWritten } = await handle.write(frame, 0, frame.length, shard.end);
      if (bytesWritten < frame.length)
        throw new Error(`only ${bytesWritten} of ${frame.length} bytes were written`);
      this.#places.set(key, {
        shard,
        place: {
          key,
          start: shard.end + frame.length - payload.byteLength,
          length: payload.byteLength,
        },
      });
      shard.end += frame.length;
      this.#bytes += frame.length;
    } catch (cause) {
      const { message } = ioError('write', folder, cause);
      this.#stopAdding(`${message} Nothing more is added to the signal cache; the run goes on.`);
    }
  }

  /** Further use is an error. */
  async close(): Promise<void> {
    this.#isAdding = false;
    for (const { handle } of this.#shards) await (await handle)?.close();
  }

  /** @returns undefined when it can't be had; nothing is added from then on. */
  async #lock(): Promise<FileLock | undefined> {
    const path = lockPath(this.#options.folder);
    let waited = 0;
    try {
      for (;;) {
        const lock = await takeFileLock(path);
        if (typeof lock !== 'string') return lock;
        if (waited >= LOCK_WAIT_MS) {
          this.#stopAdding(
            `Signal cache ${this.#options.folder} is being written by ${lock}, which does not end; this run reads it and adds nothing. If that process is gone, delete ${path}.`,
          );
          return undefined;
        }
        await setTimeout(LOCK_POLL_MS);
        waited += LOCK_POLL_MS;
      }
    } catch (error) {
      this.#stopAdding(
        `${(error as Error).message} Nothing more is added to the signal cache; the run goes on.`,
      );
      return undefined;
    }
  }

  /** Finds the records that are not known yet. */
  async #takeIn(): Promise<void> {
    for (const { index, path } of await listShards(this.#options.folder)) {
      if (this.#foreign.has(path)) continue;
      const known = this.#shards.find((shard) => shard.index === index);
      if (known && (await sizeOf(path)) <= known.end) continue;
      const scan = await this.#scanOwn(path, known?.end);
      const isSound = scan !== undefined && !scan.flaws.some(({ kind }) => kind === 'damaged');
      const shard: Shard = known ?? { index, path, end: 0, isSound };
      if (!known) this.#shards.push(shard);
      if (!scan) {
        this.#foreign.add(path);
        continue;
      }
      this.#bytes += scan.end - shard.end;
      shard.end = scan.end;
      shard.isSound = isSound;
      for (const place of scan.records) this.#places.set(place.key, { shard, place });
      if (!isSound) this.#warnOfDamage(path);
    }
  }

  /** Removes what a killed writer left of its last record. */
  async #cutTornEnd(): Promise<void> {
    const last = this.#shards.at(-1);
    if (last?.isSound && (await sizeOf(last.path)) > last.end)
      await (await this.#handle(last)).truncate(last.end);
  }

  /** Scans a shard that belongs here; a foreign or unreadable one is left alone. */
  async #scanOwn(path: string, from?: number): Promise<ShardScan | undefined> {
    const { header, reporter } = this.#options;
    try {
      const scan = await scanShard(path, from === undefined ? {} : { from });
      if (scan.header.fingerprint === header.fingerprint) return scan;
      reporter.warn(
        `${path} holds signals of another teacher or of other settings; it is ignored. Move it out of the cache.`,
      );
    } catch (error) {
      if (!(error instanceof DistillerError)) throw error;
      reporter.warn(`${error.message} It is ignored.`);
    }
    return undefined;
  }

  /** The last shard, or a new one when that is full or damaged. */
  async #shardToAppendTo(): Promise<Shard> {
    const { folder, header, shardBytes } = this.#options;
    const last = this.#shards.at(-1);
    if (last?.isSound && last.end < shardBytes) return last;
    const index = (last?.index ?? -1) + 1;
    const path = shardPath(folder, index);
    const shard: Shard = { index, path, end: await createShard(path, header), isSound: true };
    this.#shards.push(shard);
    this.#bytes += shard.end;
    return shard;
  }

  #handle(shard: Shard): Promise<FileHandle> {
    return (shard.handle ??= open(shard.path, 'r+').catch(() => open(shard.path, 'r')));
  }

  #stopAdding(reason: string): void {
    this.#isAdding = false;
    this.#options.reporter.warn(reason);
  }

  #warnOfDamage(path: string): void {
    if (this.#hasWarnedOfDamage) return;
    this.#hasWarnedOfDamage = true;
    this.#options.reporter.warn(
      `${path} is damaged; what can't be read is computed again. \`distiller cache verify\` shows the extent.`,
    );
  }
}

async function sizeOf(path: string): Promise<number> {
  return (await stat(path)).size;
}

function megabytes(bytes: number): number {
  return Math.round(bytes / 1e6);
}
