import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { DistillerError, ioError, type HostTensor } from '@distiller/core';
import { parseStrictJson } from './strict-json.js';
import {
  readSafetensors,
  readSafetensorsHeader,
  type ReadSafetensorsOptions,
  type SafetensorsContents,
} from './read.js';

/**
 * Reads a checkpoint that is split over several files, as `model.safetensors.index.json` describes it.
 *
 * @param indexPath the index; its shards lie beside it.
 * @throws DistillerError `input` when the index is malformed, leads out of its folder, or disagrees with a
 *   shard about which tensors it holds; otherwise as `readSafetensors` does.
 */
export async function readShardedSafetensors(
  indexPath: string,
  { names }: ReadSafetensorsOptions = {},
): Promise<SafetensorsContents> {
  const shardOf = await readIndex(indexPath);
  const wanted = names ?? [...shardOf.keys()];
  const wantedByShard = new Map<string, string[]>();
  for (const name of wanted) {
    const shard = shardOf.get(name);
    if (shard === undefined) {
      throw new DistillerError(
        'input',
        `${indexPath}: there is no tensor "${name}" in "weight_map".`,
      );
    }
    wantedByShard.set(shard, [...(wantedByShard.get(shard) ?? []), name]);
  }

  const tensors = new Map<string, HostTensor>();
  const metadata: Record<string, string> = {};
  for (const [shard, shardNames] of wantedByShard) {
    const path = join(dirname(indexPath), shard);
    await checkShard(indexPath, shard, path, shardOf);
    const contents = await readSafetensors(path, { names: shardNames });
    for (const [name, tensor] of Object.entries(contents.tensors)) tensors.set(name, tensor);
    Object.assign(metadata, contents.metadata);
  }
  return {
    tensors: Object.fromEntries(wanted.map((name) => [name, tensors.get(name) as HostTensor])),
    metadata,
  };
}

/** Shard file by tensor name. */
async function readIndex(indexPath: string): Promise<ReadonlyMap<string, string>> {
  let text: string;
  try {
    text = await readFile(indexPath, 'utf8');
  } catch (cause) {
    throw ioError('read', indexPath, cause);
  }
  let json: unknown;
  try {
    json = parseStrictJson(text);
  } catch (cause) {
    throw new DistillerError(
      'input',
      `${indexPath} is not valid JSON: ${(cause as Error).message}.`,
      {
        cause,
      },
    );
  }
  const weightMap = (json as { weight_map?: unknown } | null)?.weight_map;
  if (typeof weightMap !== 'object' || weightMap === null || Array.isArray(weightMap)) {
    throw new DistillerError(
      'input',
      `${indexPath}: expected an object "weight_map" from tensor names to file names.`,
    );
  }
  for (const [name, shard] of Object.entries(weightMap)) {
    if (typeof shard !== 'string' || !/^[^/\\]+\.safetensors$/.test(shard)) {
      throw new DistillerError(
        'input',
        `${indexPath}: "weight_map" puts "${name}" into ${JSON.stringify(shard)}; expected the name of a .safetensors file in the same folder.`,
      );
    }
  }
  return new Map(Object.entries(weightMap as Record<string, string>));
}

/** A shard must hold exactly the tensors that the index puts there: neither lost nor hidden ones. */
async function checkShard(
  indexPath: string,
  shard: string,
  path: string,
  shardOf: ReadonlyMap<string, string>,
): Promise<void> {
  const { tensors } = await readSafetensorsHeader(path);
  for (const [name, listed] of shardOf) {
    if (listed === shard && !Object.hasOwn(tensors, name)) {
      throw new DistillerError(
        'input',
        `${indexPath} puts "${name}" into ${shard}, which lacks it.`,
      );
    }
  }
  for (const name of Object.keys(tensors)) {
    if (shardOf.get(name) !== shard) {
      throw new DistillerError(
        'input',
        `${path} holds "${name}", but ${indexPath} puts it into ${shardOf.get(name) ?? 'no file'}.`,
      );
    }
  }
}
