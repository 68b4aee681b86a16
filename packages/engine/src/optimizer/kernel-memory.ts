import { KERNELS_BASE64 } from './kernels-binary.js';

/** The functions of kernels.wat; pointers are byte offsets into the memory, counts multiples of 4. */
export interface Kernels {
  add(a: number, b: number, count: number): void;
  multiply(p: number, count: number, factor: number): void;
  squares(g: number, count: number, sums: number): void;
  adamw(
    p: number,
    g: number,
    m: number,
    v: number,
    count: number,
    scale: number,
    keep: number,
    rate1: number,
    beta2: number,
    rate2: number,
    epsilon: number,
    step: number,
  ): void;
  sgd(
    p: number,
    g: number,
    b: number,
    count: number,
    scale: number,
    decay: number,
    momentum: number,
    lr: number,
    nesterov: 0 | 1,
  ): void;
}

/** Elements handled by one call: four such arrays fit in a first-level cache of 48 KiB and up nearly whole. */
export const CHUNK = 4096;

const PAGE_BYTES = 65536;
const MAX_BYTES = 65536 * PAGE_BYTES;
/** Arrays start at multiples of a cache line. */
const LINE_BYTES = 64;

/** The part of the WebAssembly API that is used: TypeScript has its types only together with the browser's. */
interface WebAssemblyApi {
  readonly Memory: new (size: { initial: number }) => { readonly buffer: ArrayBuffer };
  readonly Module: new (binary: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: unknown };
}
const { WebAssembly } = globalThis as unknown as { readonly WebAssembly: WebAssemblyApi };

let compiled: object | undefined;

/**
 * The memory that the kernels see. What lives here is changed in place; anything else is copied in and out
 * chunk by chunk through the scratch arrays. Pages cost nothing until they are written.
 */
export class KernelMemory {
  readonly kernels: Kernels;
  /** Four float64 sums. */
  readonly sums: Float64Array;
  /** Scratch arrays of CHUNK elements, as byte offsets. */
  readonly scratch: readonly [number, number, number];
  readonly #floats: Float32Array;
  #used: number;

  /**
   * @param elements how many float32 are to be allocated; what exceeds 4 GiB is left out.
   * @param arrays in how many arrays.
   */
  constructor(elements: number, arrays: number) {
    const first = LINE_BYTES;
    this.scratch = [first, first + 4 * CHUNK, first + 8 * CHUNK];
    this.#used = first + 12 * CHUNK;
    const bytes = Math.min(this.#used + 4 * elements + arrays * LINE_BYTES, MAX_BYTES);
    const memory = new WebAssembly.Memory({ initial: Math.ceil(bytes / PAGE_BYTES) });
    this.#floats = new Float32Array(memory.buffer);
    this.sums = new Float64Array(memory.buffer, 0, 4);
    compiled ??= new WebAssembly.Module(
      Uint8Array.from(atob(KERNELS_BASE64), (byte) => byte.charCodeAt(0)),
    );
    const instance = new WebAssembly.Instance(compiled, { host: { memory } });
    this.kernels = instance.exports as Kernels;
  }

  /** An array of zeros in this memory; undefined when it is full. Its last multiple of 4 may be written to. */
  allocate(length: number): Float32Array | undefined {
    const bytes = Math.ceil((4 * length) / LINE_BYTES) * LINE_BYTES;
    if (this.#used + bytes > this.#floats.byteLength) return undefined;
    const array = new Float32Array(this.#floats.buffer, this.#used, length);
    this.#used += bytes;
    return array;
  }

  /** Pointer to the sum, in this order, of elements begin … end of arrays anywhere; zero when there are none. */
  sum(arrays: readonly Float32Array[], begin: number, end: number): number {
    const [, sum, term] = this.scratch;
    const [first, ...rest] = arrays;
    if (!first) {
      this.clear(sum, roundUp(end - begin));
      return sum;
    }
    if (rest.length === 0 && this.#holds(first)) return first.byteOffset + 4 * begin;
    this.load(first.subarray(begin, end), sum);
    for (const array of rest) {
      this.load(array.subarray(begin, end), term);
      this.kernels.add(sum, term, roundUp(end - begin));
    }
    return sum;
  }

  /** Lets kernels change elements begin … end, CHUNK at most, of an array anywhere. */
  change(array: Float32Array, begin: number, end: number, kernel: (pointer: number) => void): void {
    if (this.#holds(array)) {
      kernel(array.byteOffset + 4 * begin);
      return;
    }
    const [copy] = this.scratch;
    const part = array.subarray(begin, end);
    this.load(part, copy);
    kernel(copy);
    part.set(this.#floats.subarray(copy / 4, copy / 4 + part.length));
  }

  /** Whether kernels may work on the array where it is, without touching a neighbour. */
  #holds(array: Float32Array): boolean {
    return array.buffer === this.#floats.buffer && array.length % 4 === 0;
  }

  /** Copies into a scratch array and fills up with zeros to a multiple of 4. */
  load(values: Float32Array, scratch: number): void {
    const at = scratch / 4;
    this.#floats.set(values, at);
    this.#floats.fill(0, at + values.length, at + roundUp(values.length));
  }

  /** Fills the front of a scratch array with zeros. */
  clear(scratch: number, count: number): void {
    this.#floats.fill(0, scratch / 4, scratch / 4 + count);
  }
}

/** The next multiple of 4. */
export function roundUp(count: number): number {
  return Math.ceil(count / 4) * 4;
}
