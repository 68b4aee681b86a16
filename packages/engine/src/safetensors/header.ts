import { DistillerError } from '@distiller/core';
import {
  elementType,
  isSafetensorsDType,
  knownDTypes,
  type SafetensorsDType,
} from './element-types.js';
import { parseStrictJson } from './strict-json.js';

/** Longest header that is read, bytes; the limit of the format. */
export const MAX_HEADER_BYTES = 100_000_000;

/** Where one tensor lies. */
export interface SafetensorsEntry {
  readonly dtype: SafetensorsDType;
  readonly shape: readonly number[];
  /** Number of elements: the product of `shape`. */
  readonly elements: number;
  /** First byte, counted from the end of the header. */
  readonly begin: number;
  /** One past the last byte. */
  readonly end: number;
}

export interface SafetensorsHeader {
  readonly tensors: Readonly<Record<string, SafetensorsEntry>>;
  /** The free text under `__metadata__`, e.g. `{ format: 'pt' }`. */
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * Reads and checks a header. Accepts it only when its tensors cover the data exactly: every byte belongs to
 * one tensor, so nothing can hide in the file and no small file can ask for a big allocation.
 *
 * @param where the file, for messages.
 * @param bytes the header alone, without the length before it.
 * @param dataBytes how many bytes follow it in the file.
 * @throws DistillerError `input` saying which tensor, what was found and what was expected.
 * @see https://huggingface.co/docs/safetensors, "Format"
 */
export function parseHeader(
  where: string,
  bytes: Uint8Array,
  dataBytes: number,
): SafetensorsHeader {
  const refuse = (what: string) =>
    new DistillerError(
      'input',
      `${where}: ${what}. The file is damaged or was not written as safetensors.`,
    );

  if (bytes[0] !== 0x7b) {
    const found = bytes.length === 0 ? 'nothing' : `byte 0x${hex(bytes[0] as number)}`;
    throw refuse(`the header must start with "{" but starts with ${found}`);
  }
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw refuse('the header is not valid UTF-8');
  }
  let json: unknown;
  try {
    json = parseStrictJson(text);
  } catch (cause) {
    throw refuse(`the header is not valid JSON: ${(cause as Error).message}`);
  }

  const { __metadata__: metadata = {}, ...infos } = json as Record<string, unknown>;
  if (!isRecord(metadata) || !Object.values(metadata).every((text) => typeof text === 'string')) {
    throw refuse('"__metadata__" must map strings to strings');
  }
  const entries = Object.entries(infos).map(([name, info]) => {
    const entry = parseEntry(info);
    if (typeof entry === 'string') throw refuse(`tensor ${JSON.stringify(name)}: ${entry}`);
    return [name, entry] as const;
  });
  checkCoverage(entries, dataBytes, refuse);
  return {
    tensors: Object.fromEntries(entries),
    metadata: metadata as Record<string, string>,
  };
}

/** The entry, or what is wrong with it. */
function parseEntry(info: unknown): SafetensorsEntry | string {
  if (!isRecord(info)) return `expected an object but found ${JSON.stringify(info)}`;
  const { dtype, shape, data_offsets: offsets } = info;
  if (!isSafetensorsDType(dtype)) {
    return `unknown dtype ${JSON.stringify(dtype)}; expected one of ${knownDTypes().join(', ')}`;
  }
  if (!isCounts(shape)) {
    return `shape must be a list of whole numbers ≥ 0 but is ${JSON.stringify(shape)}`;
  }
  if (!isCounts(offsets) || offsets.length !== 2) {
    return `data_offsets must be two whole numbers ≥ 0 but is ${JSON.stringify(offsets)}`;
  }
  const [begin, end] = offsets as [number, number];
  const elements = shape.reduce((product, size) => product * size, 1);
  const expected = elements * elementType(dtype).size;
  // Past 2⁵³ a product is no longer exact; no file is that long. A NaN (0 · ∞) fails here too.
  if (!Number.isSafeInteger(expected)) return `shape [${shape.join(', ')}] is impossibly large`;
  if (end - begin !== expected) {
    return `${dtype} [${shape.join(', ')}] takes ${expected} bytes but data_offsets [${begin}, ${end}] span ${end - begin}`;
  }
  return { dtype, shape, elements, begin, end };
}

/** Every byte of the data must belong to exactly one tensor. */
function checkCoverage(
  entries: readonly (readonly [string, SafetensorsEntry])[],
  dataBytes: number,
  refuse: (what: string) => DistillerError,
): void {
  const byPosition = [...entries].sort(([, a], [, b]) => a.begin - b.begin || a.end - b.end);
  let covered = 0;
  for (const [name, { begin, end }] of byPosition) {
    const tensor = `tensor ${JSON.stringify(name)} at data_offsets [${begin}, ${end}]`;
    if (end > dataBytes) {
      throw refuse(`${tensor} ends beyond the file, which holds ${dataBytes} bytes of data`);
    }
    if (begin < covered)
      throw refuse(`${tensor} overlaps the tensor before it, which ends at ${covered}`);
    if (begin > covered)
      throw refuse(`${tensor} leaves a hole: the data before it ends at ${covered}`);
    covered = end;
  }
  if (covered !== dataBytes) {
    throw refuse(
      `the tensors end at byte ${covered} of the data, but ${dataBytes} bytes follow the header`,
    );
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isCounts(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((item) => Number.isSafeInteger(item) && item >= 0);
}

function hex(byte: number): string {
  return byte.toString(16).padStart(2, '0');
}
