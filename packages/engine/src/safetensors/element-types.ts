import { DistillerError, type HostDType, type HostTensor } from '@distiller/core';
import { float16Table } from './half-precision.js';

/** How the elements of one safetensors dtype lie in a file and become host elements. Little-endian, as hosts are. */
interface ElementType {
  /** Size in the file, bytes per element. */
  readonly size: number;
  /** What it becomes on the host; absent where there is no faithful host type. */
  readonly host?: HostDType;
  /** Converts `count` elements from the front of `bytes` to `target[at …]`; absent when the bytes are the same. */
  readonly decode?: (
    bytes: ArrayBuffer,
    count: number,
    target: HostTensor['data'],
    at: number,
  ) => void;
}

/** Every whole-byte dtype of the format. */
const ELEMENT_TYPES = {
  F64: {
    size: 8,
    host: 'float32',
    decode: (bytes, count, target, at) => target.set(new Float64Array(bytes, 0, count), at),
  },
  F32: { size: 4, host: 'float32' },
  F16: {
    size: 2,
    host: 'float32',
    decode: (bytes, count, target, at) => {
      const table = float16Table();
      const source = new Uint16Array(bytes, 0, count);
      for (let i = 0; i < count; i++) target[at + i] = table[source[i] as number] as number;
    },
  },
  BF16: {
    size: 2,
    host: 'float32',
    decode: (bytes, count, target, at) => {
      const source = new Uint16Array(bytes, 0, count);
      const patterns = new Uint32Array(target.buffer, target.byteOffset, target.length);
      for (let i = 0; i < count; i++) patterns[at + i] = (source[i] as number) << 16;
    },
  },
  I64: {
    size: 8,
    host: 'int32',
    decode: (bytes, count, target, at) =>
      copyIntegers(new BigInt64Array(bytes, 0, count), target, at),
  },
  U64: {
    size: 8,
    host: 'int32',
    decode: (bytes, count, target, at) =>
      copyIntegers(new BigUint64Array(bytes, 0, count), target, at),
  },
  I32: { size: 4, host: 'int32' },
  U32: {
    size: 4,
    host: 'int32',
    decode: (bytes, count, target, at) =>
      copyIntegers(new Uint32Array(bytes, 0, count), target, at),
  },
  I16: {
    size: 2,
    host: 'int32',
    decode: (bytes, count, target, at) => target.set(new Int16Array(bytes, 0, count), at),
  },
  U16: {
    size: 2,
    host: 'int32',
    decode: (bytes, count, target, at) => target.set(new Uint16Array(bytes, 0, count), at),
  },
  I8: {
    size: 1,
    host: 'int32',
    decode: (bytes, count, target, at) => target.set(new Int8Array(bytes, 0, count), at),
  },
  U8: { size: 1, host: 'bool' },
  BOOL: { size: 1, host: 'bool' },
  F8_E4M3: { size: 1 },
  F8_E5M2: { size: 1 },
  F8_E8M0: { size: 1 },
  C64: { size: 8 },
} satisfies Record<string, ElementType>;

export type SafetensorsDType = keyof typeof ELEMENT_TYPES;

export function isSafetensorsDType(name: unknown): name is SafetensorsDType {
  return typeof name === 'string' && Object.hasOwn(ELEMENT_TYPES, name);
}

export function knownDTypes(): readonly string[] {
  return Object.keys(ELEMENT_TYPES);
}

export function elementType(dtype: SafetensorsDType): ElementType {
  return ELEMENT_TYPES[dtype];
}

/** @throws DistillerError `input` for a value outside int32. */
function copyIntegers(
  source: BigInt64Array | BigUint64Array | Uint32Array,
  target: HostTensor['data'],
  at: number,
): void {
  for (let i = 0; i < source.length; i++) {
    const value = Number(source[i]);
    target[at + i] = value;
    if (target[at + i] !== value) {
      throw new DistillerError(
        'input',
        `element ${at + i} is ${source[i]}, which does not fit the 32-bit integers used here`,
      );
    }
  }
}
