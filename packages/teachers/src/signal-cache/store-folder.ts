import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ioError } from '@distiller/core';

/** Folder of all signal stores below a cache folder. */
export function storesFolder(cacheFolder: string): string {
  return join(cacheFolder, 'teacher-signals');
}

/** Folder of one store. The first 32 digits of a fingerprint tell stores apart and keep paths short. */
export function storeFolder(cacheFolder: string, fingerprint: string): string {
  return join(storesFolder(cacheFolder), fingerprint.slice(0, 32));
}

export function lockPath(folder: string): string {
  return join(folder, 'writer.lock');
}

export function shardPath(folder: string, index: number): string {
  return join(folder, `shard-${String(index).padStart(6, '0')}.signals`);
}

const SHARD = /^shard-(\d{6,})\.signals$/;

/** Shards of a store by their number. */
export async function listShards(
  folder: string,
): Promise<readonly { readonly index: number; readonly path: string }[]> {
  return (await listNames(folder))
    .flatMap((name) => {
      const index = SHARD.exec(name)?.[1];
      return index === undefined ? [] : [{ index: Number(index), path: join(folder, name) }];
    })
    .sort((a, b) => a.index - b.index);
}

/** Folders of all stores, sorted by name; none when there is no cache yet. */
export async function listStores(cacheFolder: string): Promise<readonly string[]> {
  const folder = storesFolder(cacheFolder);
  return (await listNames(folder)).map((name) => join(folder, name));
}

async function listNames(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).sort();
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw ioError('read', folder, cause);
  }
}
