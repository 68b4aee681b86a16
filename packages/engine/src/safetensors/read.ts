import { open, type FileHandle } from 'node:fs/promises';
import { DistillerError, ioError, type HostTensor, type HostTensors } from '@distiller/core';
import { elementType } from './element-types.js';
import {
  MAX_HEADER_BYTES,
  parseHeader,
  type SafetensorsEntry,
  type SafetensorsHeader,
} from './header.js';

/** What a safetensors file holds. */
export interface SafetensorsContents {
  readonly tensors: HostTensors;
  readonly metadata: Readonly<Record<string, string>>;
}

export interface ReadSafetensorsOptions {
  /** Reads these tensors only; the rest stays on disk. */
  readonly names?: readonly string[];
}

/** Bytes converted at a time; also what `read` calls ask for at most. */
const CHUNK_BYTES = 1 << 20;
const LENGTH_BYTES = 8;

/**
 * Reads tensors from a safetensors file: F64, F32, F16 and BF16 become float32; integers become int32;
 * BOOL and U8 become bool. Holds one copy of what it returns and a buffer of 1 MiB.
 *
 * @throws DistillerError `input` when the file is malformed (see `parseHeader`), lacks one of `names`, or
 *   holds an integer outside int32 or a type without a host equivalent; `io` when it cannot be read.
 * @see https://huggingface.co/docs/safetensors
 */
export async function readSafetensors(
  path: string,
  { names }: ReadSafetensorsOptions = {},
): Promise<SafetensorsContents> {
  return withFile(path, async (file) => {
    const { header, dataStart } = await readHeader(path, file);
    const wanted = (names ?? Object.keys(header.tensors)).map((name) => {
      if (!Object.hasOwn(header.tensors, name)) {
        throw new DistillerError(
          'input',
          `${path}: there is no tensor "${name}". ${inventory(header)}`,
        );
      }
      return [name, header.tensors[name] as SafetensorsEntry] as const;
    });
    // In file order, so that a disk reads ahead.
    const inFileOrder = [...wanted].sort(([, a], [, b]) => a.begin - b.begin);
    const tensors = new Map<string, HostTensor>();
    for (const [name, entry] of inFileOrder) {
      tensors.set(name, await readTensor(`${path}: tensor "${name}"`, file, dataStart, entry));
    }
    return {
      tensors: Object.fromEntries(wanted.map(([name]) => [name, tensors.get(name) as HostTensor])),
      metadata: header.metadata,
    };
  });
}

/**
 * Reads names, types, shapes and metadata, no tensor data.
 *
 * @throws as `readSafetensors` does.
 */
export async function readSafetensorsHeader(path: string): Promise<SafetensorsHeader> {
  return withFile(path, async (file) => (await readHeader(path, file)).header);
}

async function readHeader(
  path: string,
  file: FileHandle,
): Promise<{ readonly header: SafetensorsHeader; readonly dataStart: number }> {
  const { size } = await file.stat();
  if (size < LENGTH_BYTES) {
    throw new DistillerError(
      'input',
      `${path}: the file has ${size} bytes; a safetensors file has at least 10. Was it fully downloaded?`,
    );
  }
  const prefix = new DataView(new ArrayBuffer(LENGTH_BYTES));
  await readFully(path, file, new Uint8Array(prefix.buffer), 0);
  const length = prefix.getBigUint64(0, true);
  if (length > MAX_HEADER_BYTES) {
    throw new DistillerError(
      'input',
      `${path}: the header says that it has ${length} bytes; at most ${MAX_HEADER_BYTES} are allowed. This is not a safetensors file.`,
    );
  }
  const dataStart = LENGTH_BYTES + Number(length);
  if (dataStart > size) {
    throw new DistillerError(
      'input',
      `${path}: the header says that it has ${length} bytes but the file ends after ${size - LENGTH_BYTES}. The file is truncated or not safetensors.`,
    );
  }
  const bytes = new Uint8Array(Number(length));
  await readFully(path, file, bytes, LENGTH_BYTES);
  return { header: parseHeader(path, bytes, size - dataStart), dataStart };
}

async function readTensor(
  where: string,
  file: FileHandle,
  dataStart: number,
  { dtype, shape, elements, begin }: SafetensorsEntry,
): Promise<HostTensor> {
  const { size, host, decode } = elementType(dtype);
  if (host === undefined) {
    throw new DistillerError(
      'input',
      `${where} is ${dtype}, which has no equivalent here. Convert it to F32, F16 or BF16 first.`,
    );
  }
  const data = allocate(host, elements);
  if (decode === undefined) {
    await readFully(where, file, new Uint8Array(data.buffer), dataStart + begin);
    return { dtype: host, shape, data };
  }
  const chunk = new ArrayBuffer(Math.min(CHUNK_BYTES, elements * size));
  for (let at = 0; at < elements; at += CHUNK_BYTES / size) {
    const count = Math.min(CHUNK_BYTES / size, elements - at);
    await readFully(
      where,
      file,
      new Uint8Array(chunk, 0, count * size),
      dataStart + begin + at * size,
    );
    try {
      decode(chunk, count, data, at);
    } catch (cause) {
      throw new DistillerError('input', `${where}: ${(cause as Error).message}.`, { cause });
    }
  }
  return { dtype: host, shape, data };
}

function allocate(host: HostTensor['dtype'], elements: number): HostTensor['data'] {
  switch (host) {
    case 'float32':
      return new Float32Array(elements);
    case 'int32':
      return new Int32Array(elements);
    case 'bool':
      return new Uint8Array(elements);
  }
}

/** Fills `target` from `position` on; one `read` may return less than asked for. */
async function readFully(
  where: string,
  file: FileHandle,
  target: Uint8Array,
  position: number,
): Promise<void> {
  for (let done = 0; done < target.length;) {
    // Node refuses reads of 2 GiB or more.
    const length = Math.min(target.length - done, 1 << 30);
    const { bytesRead } = await file.read(target, done, length, position + done);
    if (bytesRead === 0) {
      throw new DistillerError(
        'input',
        `${where}: the file ended early; something cut it while it was read.`,
      );
    }
    done += bytesRead;
  }
}

async function withFile<T>(path: string, use: (file: FileHandle) => Promise<T>): Promise<T> {
  let file: FileHandle | undefined;
  try {
    file = await open(path, 'r');
    return await use(file);
  } catch (cause) {
    throw ioError('read', path, cause);
  } finally {
    await file?.close();
  }
}

function inventory({ tensors }: SafetensorsHeader): string {
  const names = Object.keys(tensors);
  const shown = names.slice(0, 5).map((name) => `"${name}"`);
  return `The file has ${names.length}: ${shown.join(', ')}${names.length > 5 ? ', …' : ''}.`;
}
