import { AtomicFile, DistillerError, type HostTensor, type HostTensors } from '@distiller/core';
import { toBfloat16, toFloat16 } from './half-precision.js';

export interface WriteSafetensorsOptions {
  /** How float32 tensors are stored; narrower types round to nearest, ties to even. Default F32. */
  readonly dtype?: 'F32' | 'F16' | 'BF16';
}

type FloatDType = NonNullable<WriteSafetensorsOptions['dtype']>;

/** Elements converted at a time. */
const CHUNK = 1 << 18;
const FLOAT_BYTES = { F32: 4, F16: 2, BF16: 2 } as const;

/**
 * Writes a safetensors file atomically: it appears whole or not at all. The same tensors give the same
 * bytes, whatever their order in the record: widest elements first (so all stay aligned), then by name.
 *
 * @param tensors float32 → `dtype`, int32 → I32, bool → BOOL.
 * @param metadata free text for `__metadata__`.
 * @throws DistillerError `shape` when data and shape disagree; `numeric` when a finite value becomes infinite
 *   in `dtype`; `io` when the file cannot be written. What was at `path` before is untouched then.
 * @see https://huggingface.co/docs/safetensors, "Format"
 */
export async function writeSafetensors(
  path: string,
  tensors: HostTensors,
  metadata: Readonly<Record<string, string>> = {},
  { dtype = 'F32' }: WriteSafetensorsOptions = {},
): Promise<void> {
  const stored = Object.entries(tensors)
    .map(([name, tensor]) => ({ name, tensor, ...storage(tensor, dtype) }))
    .sort((a, b) => b.bytes - a.bytes || (a.name < b.name ? -1 : 1));
  for (const { name, tensor } of stored) checkTensor(path, name, tensor);

  const file = await AtomicFile.open(path);
  try {
    await file.write(header(stored, metadata));
    for (const { name, tensor } of stored) {
      if (tensor.dtype !== 'float32' || dtype === 'F32') await file.write(bytesOf(tensor.data));
      else {
        for (let at = 0; at < tensor.data.length; at += CHUNK) {
          const values = (tensor.data as Float32Array).subarray(at, at + CHUNK);
          await file.write(bytesOf(narrow(`${path}: tensor "${name}"`, values, dtype)));
        }
      }
    }
    await file.commit();
  } catch (error) {
    await file.abort();
    throw error;
  }
}

/** Its dtype in the file and the size of an element, bytes. */
function storage(tensor: HostTensor, float: FloatDType): { stored: string; bytes: number } {
  switch (tensor.dtype) {
    case 'float32':
      return { stored: float, bytes: FLOAT_BYTES[float] };
    case 'int32':
      return { stored: 'I32', bytes: 4 };
    case 'bool':
      return { stored: 'BOOL', bytes: 1 };
  }
}

function checkTensor(path: string, name: string, { shape, data }: HostTensor): void {
  const elements = shape.reduce((product, size) => product * size, 1);
  if (name === '__metadata__') {
    throw new DistillerError(
      'shape',
      `${path}: no tensor may be called "__metadata__". Rename it.`,
    );
  }
  if (elements !== data.length) {
    throw new DistillerError(
      'shape',
      `${path}: tensor "${name}" has shape [${shape.join(', ')}] = ${elements} elements but ${data.length} values.`,
    );
  }
}

/** Length and JSON, padded with spaces so that the data starts at a multiple of 8. */
function header(
  stored: readonly { name: string; tensor: HostTensor; stored: string; bytes: number }[],
  metadata: Readonly<Record<string, string>>,
): Uint8Array {
  const fields: string[] = [];
  // Written by hand: a JavaScript object would put names that look like numbers first.
  if (Object.keys(metadata).length > 0) {
    const sorted = Object.entries(metadata).sort(([a], [b]) => (a < b ? -1 : 1));
    const texts = sorted.map(([key, text]) => `${JSON.stringify(key)}:${JSON.stringify(text)}`);
    fields.push(`"__metadata__":{${texts.join(',')}}`);
  }
  let end = 0;
  for (const { name, tensor, stored: dtype, bytes } of stored) {
    const begin = end;
    end += tensor.data.length * bytes;
    const info = { dtype, shape: tensor.shape, data_offsets: [begin, end] };
    fields.push(`${JSON.stringify(name)}:${JSON.stringify(info)}`);
  }
  const json = new TextEncoder().encode(`{${fields.join(',')}}`);
  const length = Math.ceil(json.length / 8) * 8;
  const bytes = new Uint8Array(8 + length).fill(0x20);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(length), true);
  bytes.set(json, 8);
  return bytes;
}

function narrow(where: string, values: Float32Array, dtype: 'F16' | 'BF16'): Uint16Array {
  const [convert, infinity] = dtype === 'F16' ? [toFloat16, 0x7c00] : [toBfloat16, 0x7f80];
  const patterns = new Uint16Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    patterns[i] = convert(value);
    if (((patterns[i] as number) & 0x7fff) === infinity && Number.isFinite(value)) {
      throw new DistillerError(
        'numeric',
        `${where} holds ${value}, which is infinite as ${dtype}. Write it as ${dtype === 'F16' ? 'BF16 or ' : ''}F32.`,
      );
    }
  }
  return patterns;
}

function bytesOf(data: HostTensor['data'] | Uint16Array): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}
