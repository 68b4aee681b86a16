import { chacha8 } from '@noble/ciphers/chacha.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { DistillerError } from './errors.js';

/**
 * Counter-based random numbers: every draw is a function of (key, position), so streams can be split by name
 * and continued anywhere without keeping state.
 */
export interface Rng {
  /** An independent stream for a named purpose. Same path, same stream. */
  derive(...path: readonly (string | number)[]): Rng;
  /** The next n values, uniform in [0, 1), multiples of 2⁻¹⁶. */
  uniforms(n: number): Float32Array;
  /** The next value, uniform in [0, 1), 53 bits. */
  uniform(): number;
  /** The next integer, uniform in [0, bound). 1 ≤ bound ≤ 2³². */
  integer(bound: number): number;
  /** The next n values of N(0, 1) (Box–Muller). */
  normals(n: number): Float32Array;
  /** A permutation of 0 … n−1 (Fisher–Yates). */
  permutation(n: number): Uint32Array;
}

const TWO_16 = 2 ** 16;
const TWO_32 = 2 ** 32;

/** Keystream bytes made at a time: little at first, since most streams are short, then in bulk. */
const FIRST_BYTES = 64;
const MOST_BYTES = 16_384;

/** A key is used for one stream only, so the nonce says nothing. */
const NONCE = new Uint8Array(12);

const utf8 = new TextEncoder();

/**
 * The root stream of a seed: ChaCha8 with key SHA-256("distiller/rng/" + seed) read as 16-bit little-endian
 * words. `derive` hashes the key with each element of the path; where the parent stands does not matter.
 *
 * @param seed an unsigned 32-bit integer.
 * @throws DistillerError `config` for any other seed.
 * @see Bernstein, "ChaCha, a variant of Salsa20", 2008
 * @see Salmon et al., "Parallel Random Numbers: As Easy as 1, 2, 3", 2011, §2 (counter-based generators)
 */
export function createRng(seed: number): Rng {
  if (!Number.isInteger(seed) || seed < 0 || seed >= TWO_32) {
    throw new DistillerError(
      'config',
      `The seed is ${seed}; expected a whole number from 0 to ${TWO_32 - 1}.`,
    );
  }
  return new ChaChaRng(sha256(utf8.encode(`distiller/rng/${seed}`)));
}

/** Child key: SHA-256(key ‖ type of the element ‖ element), so that 1 and "1" differ. */
function deriveKey(key: Uint8Array, element: string | number): Uint8Array {
  const label = utf8.encode(typeof element === 'number' ? `n${element}` : `s${element}`);
  const message = new Uint8Array(key.length + label.length);
  message.set(key);
  message.set(label, key.length);
  return sha256(message);
}

class ChaChaRng implements Rng {
  readonly #key: Uint8Array;
  #words = new Uint16Array(0);
  #used = 0;
  #nextBlock = 0;

  constructor(key: Uint8Array) {
    this.#key = key;
  }

  derive(...path: readonly (string | number)[]): Rng {
    return new ChaChaRng(path.reduce(deriveKey, this.#key));
  }

  uniforms(n: number): Float32Array {
    const values = new Float32Array(n);
    // By runs of the buffer, not word by word: this is what draws dropout masks and must keep up with them.
    for (let i = 0; i < n;) {
      if (this.#used === this.#words.length) this.#refill();
      const run = this.#words.subarray(this.#used, this.#used + n - i);
      for (let k = 0; k < run.length; k++) values[i + k] = (run[k] as number) / TWO_16;
      this.#used += run.length;
      i += run.length;
    }
    return values;
  }

  uniform(): number {
    const high = this.#word32() >>> 5; // 27 bits
    const low = this.#word32() >>> 6; // 26 bits
    return (high * 2 ** 26 + low) / 2 ** 53;
  }

  integer(bound: number): number {
    if (!Number.isInteger(bound) || bound < 1 || bound > TWO_32) {
      throw new DistillerError(
        'bug',
        `Rng.integer: bound is ${bound}; expected a whole number from 1 to ${TWO_32}.`,
      );
    }
    // The last, incomplete multiple of `bound` would favour small results.
    const fair = TWO_32 - (TWO_32 % bound);
    for (;;) {
      const word = this.#word32();
      if (word < fair) return word % bound;
    }
  }

  normals(n: number): Float32Array {
    const values = new Float32Array(n);
    for (let i = 0; i < n; i += 2) {
      // (word + 1) / 2³² lies in (0, 1]: the logarithm is finite and |value| ≤ √(64 ln 2) ≈ 6.66.
      const radius = Math.sqrt(-2 * Math.log((this.#word32() + 1) / TWO_32));
      const angle = (2 * Math.PI * this.#word32()) / TWO_32;
      values[i] = radius * Math.cos(angle);
      if (i + 1 < n) values[i + 1] = radius * Math.sin(angle);
    }
    return values;
  }

  permutation(n: number): Uint32Array {
    const order = Uint32Array.from({ length: n }, (_, i) => i);
    for (let i = n - 1; i > 0; i--) {
      const j = this.integer(i + 1);
      const swapped = order[i] as number;
      order[i] = order[j] as number;
      order[j] = swapped;
    }
    return order;
  }

  #word16(): number {
    if (this.#used === this.#words.length) this.#refill();
    return this.#words[this.#used++] as number;
  }

  #word32(): number {
    return this.#word16() + this.#word16() * TWO_16;
  }

  #refill(): void {
    const before = this.#words.byteLength;
    const size = before === 0 ? FIRST_BYTES : Math.min(before * 4, MOST_BYTES);
    const bytes =
      size === before ? new Uint8Array(this.#words.buffer).fill(0) : new Uint8Array(size);
    chacha8(this.#key, NONCE, bytes, bytes, this.#nextBlock); // zeros in, keystream out
    this.#nextBlock += size / 64;
    this.#words = new Uint16Array(bytes.buffer);
    this.#used = 0;
  }
}
