import { stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { DistillerError } from '@distiller/core';
import { scanShard, type Flaw, type ShardHeader, type ShardScan } from './shard-file.js';
import { listShards, listStores } from './store-folder.js';

/** One store: the signals of one teacher, computed in one way. */
export interface SignalStoreSummary {
  readonly folder: string;
  /** What it holds; absent when no shard tells. */
  readonly header?: ShardHeader;
  /** Distinct texts. */
  readonly texts: number;
  readonly shards: number;
  readonly bytes: number;
  /** Places where a file is torn or damaged. */
  readonly flaws: readonly SignalFlaw[];
}

export interface SignalFlaw {
  readonly path: string;
  /** `torn` is what a killed writer leaves and is repaired by the next one; `foreign` shards belong elsewhere. */
  readonly kind: Flaw['kind'] | 'foreign';
  readonly offset: number;
  readonly problem: string;
}

/**
 * What is in the signal cache, without reading the payloads.
 *
 * @throws DistillerError `io` when it can't be read.
 */
export function inspectSignalCache(cacheFolder: string): Promise<SignalStoreSummary[]> {
  return summariseStores(cacheFolder, false);
}

/**
 * Reads every record and compares its checksum. Changes nothing.
 *
 * @throws DistillerError `io` when it can't be read.
 */
export function verifySignalCache(cacheFolder: string): Promise<SignalStoreSummary[]> {
  return summariseStores(cacheFolder, true);
}

async function summariseStores(
  cacheFolder: string,
  checkPayloads: boolean,
): Promise<SignalStoreSummary[]> {
  const summaries: SignalStoreSummary[] = [];
  for (const folder of await listStores(cacheFolder))
    summaries.push(await summarise(folder, checkPayloads));
  return summaries;
}

async function summarise(folder: string, checkPayloads: boolean): Promise<SignalStoreSummary> {
  const keys = new Set<string>();
  const flaws: SignalFlaw[] = [];
  let header: ShardHeader | undefined;
  let bytes = 0;
  const shards = await listShards(folder);
  for (const { path } of shards) {
    bytes += (await stat(path)).size;
    const scan = await scanOrFlaw(path, checkPayloads);
    if ('problem' in scan) {
      flaws.push(scan);
      continue;
    }
    header ??= scan.header;
    for (const { key } of scan.records) keys.add(key);
    flaws.push(...scan.flaws.map((flaw) => ({ path, ...flaw, problem: PROBLEMS[flaw.kind] })));
  }
  return {
    folder,
    ...(header && { header }),
    texts: keys.size,
    shards: shards.length,
    bytes,
    flaws,
  };
}

const PROBLEMS = {
  torn: 'ends within a record, as a killed run leaves it; the next run that writes cuts it off',
  damaged:
    'the bytes are not those that were written; what can not be read is computed again when it is needed',
  foreign:
    'holds signals of another teacher or of other settings and is ignored; move it out of the cache',
} as const;

async function scanOrFlaw(path: string, checkPayloads: boolean): Promise<ShardScan | SignalFlaw> {
  try {
    const scan = await scanShard(path, { checkPayloads });
    const isOwn = scan.header.fingerprint.startsWith(basename(dirname(path)));
    return isOwn ? scan : { path, kind: 'foreign', offset: 0, problem: PROBLEMS.foreign };
  } catch (error) {
    if (!(error instanceof DistillerError) || error.code !== 'input') throw error;
    return { path, kind: 'foreign', offset: 0, problem: error.message };
  }
}
