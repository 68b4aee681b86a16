import { open, type FileHandle } from 'node:fs/promises';
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
  readonly isSound: boolean;
  handle?: Promise<FileHandle>;
}

/**
 * Records by key in append-only shards on disk. Of two records with one key the later counts.
 *
 * Nothing that happens to the cache stops a run: what can't be read is a miss, and what can't be written
 * (another writer, the budget, a full disk) is left out, with one warning.
 */
export class SignalStore {
  readonly #options: Required<SignalStoreOptions>;
  readonly #lock: FileLock | undefined;
  readonly #places = new Map<string, { readonly shard: Shard; readonly place: RecordPlace }>();
  #shards: Shard[] = [];
  #bytes = 0;
  #isAdding: boolean;
  #hasWarnedOfDamage = false;

  private constructor(options: Required<SignalStoreOptions>, lock: FileLock | undefined) {
    this.#options = options;
    this.#lock = lock;
    this.#isAdding = lock !== undefined;
  }

  /** @throws DistillerError `io` when the folder can't be read or made. */
  static async open(given: SignalStoreOptions): Promise<SignalStore> {
    const options = { shardBytes: 2 ** 28, ...given };
    const { folder, reporter } = options;
    await makeFolder(folder);
    const lock = await takeFileLock(lockPath(folder));
    if (typeof lock === 'string') {
      reporter.warn(
        `Signal cache ${folder} is being written by ${lock}; this run reads it and adds nothing. If that process is gone, delete ${lockPath(folder)}.`,
      );
    }
    const store = new SignalStore(options, typeof lock === 'string' ? undefined : lock);
    try {
      await store.#scan();
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

  /** Appends a record, unless the store has stopped adding. One call at a time. */
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
    await this.#lock?.release();
  }

  async #scan(): Promise<void> {
    for (const { index, path } of await listShards(this.#options.folder)) {
      const scan = await this.#scanOwn(path);
      const isSound = scan !== undefined && !scan.flaws.some(({ kind }) => kind === 'damaged');
      const shard: Shard = { index, path, end: scan?.end ?? 0, isSound };
      this.#shards.push(shard);
      this.#bytes += shard.end;
      for (const place of scan?.records ?? []) this.#places.set(place.key, { shard, place });
      if (scan && !isSound) this.#warnOfDamage(path);
    }
    await this.#cutTornEnd();
  }

  /** Removes what a killed writer left of its last record. */
  async #cutTornEnd(): Promise<void> {
    const last = this.#shards.at(-1);
    if (this.#lock && last?.isSound) await (await this.#handle(last)).truncate(last.end);
  }

  /** Scans a shard that belongs here; a foreign or unreadable one is left alone. */
  async #scanOwn(path: string): Promise<ShardScan | undefined> {
    const { header, reporter } = this.#options;
    try {
      const scan = await scanShard(path);
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
    return (shard.handle ??= open(shard.path, this.#lock ? 'r+' : 'r'));
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

function megabytes(bytes: number): number {
  return Math.round(bytes / 1e6);
}
