import { createHash } from 'node:crypto';

/** Node refuses to hash 2 GiB or more in one call. */
const CHUNK_BYTES = 2 ** 30;

/**
 * SHA-256 over the parts in order, each preceded by its type and length in bytes, so that neither parts
 * nor text and bytes can run together. Of an array only the bytes count, not its element type.
 *
 * @returns 64 lower-case hexadecimal digits.
 */
export function fingerprint(...parts: readonly (string | ArrayBufferView)[]): string {
  const hash = createHash('sha256');
  for (const part of parts) {
    if (typeof part === 'string') {
      hash.update(`text ${Buffer.byteLength(part)}\n`).update(part);
      continue;
    }
    hash.update(`bytes ${part.byteLength}\n`);
    for (let start = 0; start < part.byteLength; start += CHUNK_BYTES) {
      const length = Math.min(CHUNK_BYTES, part.byteLength - start);
      hash.update(new Uint8Array(part.buffer, part.byteOffset + start, length));
    }
  }
  return hash.digest('hex');
}
