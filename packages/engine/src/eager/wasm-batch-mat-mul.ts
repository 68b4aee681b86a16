import * as tf from '@tensorflow/tfjs';

/** The parts of tfjs' `BackendWasm` (4.22) that this kernel touches. */
interface WasmBackend {
  readonly wasm: {
    cwrap(
      name: string,
      result: null,
      operands: readonly string[],
    ): (...operands: unknown[]) => void;
    readonly tfjs: {
      registerTensor(id: number, size: number, memoryOffset: number): void;
      disposeData(id: number): void;
    };
  };
  readonly dataIdMap: { get(dataId: object): { readonly memoryOffset: number } };
  dataIdNextNumber: number;
  makeOutput(shape: number[], dtype: tf.DataType): tf.TensorInfo;
  typedArrayFromHeap(tensor: tf.TensorInfo): Float32Array;
  disposeData(dataId: object): boolean;
}

/** Below this many multiplications a product is cheaper than the set-up of a fast one. */
const SMALL_PRODUCT = 16_384;

/** Side of the blocks in which a matrix is transposed, so that both sides stay in the L1 cache. */
const TILE = 16;

const BYTES = Float32Array.BYTES_PER_ELEMENT;

/** a, its shape and rank, b, its shape and rank, transposeA, transposeB, out. */
const SIGNATURE = [
  'number',
  'array',
  'number',
  'number',
  'array',
  'number',
  'number',
  'number',
  'number',
];

/**
 * Replaces the wasm backend's `BatchMatMul`, whose fast path (XNNPACK) takes neither transposed operands nor
 * batches: operands are transposed in memory first, and a batch is multiplied item by item.
 */
export function registerWasmBatchMatMul(): void {
  const stock = tf.getKernel('BatchMatMul', 'wasm');
  if (!stock || mended.has(stock.kernelFunc)) return;
  const kernelFunc: tf.KernelFunc = (call) => batchMatMul(call, stock.kernelFunc);
  mended.add(kernelFunc);
  tf.unregisterKernel('BatchMatMul', 'wasm');
  tf.registerKernel({ ...stock, kernelFunc });
}

const mended = new WeakSet<tf.KernelFunc>();

type KernelCall = Parameters<tf.KernelFunc>[0];

function batchMatMul(call: KernelCall, stock: tf.KernelFunc): ReturnType<tf.KernelFunc> {
  const backend = call.backend as WasmBackend;
  const { a, b } = call.inputs as { a: tf.TensorInfo; b: tf.TensorInfo };
  const { transposeA, transposeB } = call.attrs as Record<string, unknown>;
  const batch = a.shape.slice(0, -2);
  const items = sizeOf(batch);
  const rows = a.shape.at(transposeA ? -1 : -2) as number;
  const inner = a.shape.at(transposeA ? -2 : -1) as number;
  const columns = b.shape.at(transposeB ? -2 : -1) as number;

  const isBroadcast = batch.join() !== b.shape.slice(0, -2).join();
  const isSmall = rows * inner * columns < SMALL_PRODUCT;
  if (a.dtype !== 'float32' || b.dtype !== 'float32' || isBroadcast || isSmall) return stock(call);

  const left = transposeA ? transposed(backend, a) : a;
  const right = transposeB ? transposed(backend, b) : b;
  try {
    if (items === 1) {
      const attrs = { transposeA: false, transposeB: false };
      return stock({ inputs: { a: left, b: right }, attrs, backend });
    }
    const out = backend.makeOutput([...batch, rows, columns], 'float32');
    multiplyItems(backend, [left, right, out], items, [rows, inner, columns]);
    return out;
  } finally {
    if (left !== a) backend.disposeData(left.dataId);
    if (right !== b) backend.disposeData(right.dataId);
  }
}

/** Multiplies item by item, in place, through tensor ids that point into the operands' memory. */
function multiplyItems(
  backend: WasmBackend,
  operands: readonly [left: tf.TensorInfo, right: tf.TensorInfo, out: tf.TensorInfo],
  items: number,
  [rows, inner, columns]: readonly [number, number, number],
): void {
  const { wasm, dataIdMap } = backend;
  const matMul = wasm.cwrap('BatchMatMul', null, SIGNATURE);
  const sizes = [rows * inner, inner * columns, rows * columns];
  const offsets = operands.map(({ dataId }) => dataIdMap.get(dataId).memoryOffset);
  const leftShape = bytesOf([1, rows, inner]);
  const rightShape = bytesOf([1, inner, columns]);
  for (let item = 0; item < items; item++) {
    const ids = sizes.map((size, i) => {
      const id = backend.dataIdNextNumber++;
      wasm.tfjs.registerTensor(id, size, (offsets[i] as number) + item * size * BYTES);
      return id;
    });
    matMul(ids[0], leftShape, 3, ids[1], rightShape, 3, 0, 0, ids[2]);
    // Forgets the id and the operator that XNNPACK built for it; the memory is not ours to free.
    for (const id of ids) wasm.tfjs.disposeData(id);
  }
}

/** The last two axes exchanged, in new memory that the caller frees. */
function transposed(backend: WasmBackend, x: tf.TensorInfo): tf.TensorInfo {
  const rows = x.shape.at(-2) as number;
  const columns = x.shape.at(-1) as number;
  const out = backend.makeOutput([...x.shape.slice(0, -2), columns, rows], x.dtype);
  const source = backend.typedArrayFromHeap(x); // after makeOutput, which may move the heap
  const target = backend.typedArrayFromHeap(out);
  const size = rows * columns;
  for (let item = 0; item < source.length; item += size) {
    for (let top = 0; top < rows; top += TILE) {
      for (let left = 0; left < columns; left += TILE) {
        const bottom = Math.min(top + TILE, rows);
        const right = Math.min(left + TILE, columns);
        for (let i = top; i < bottom; i++) {
          for (let j = left; j < right; j++) {
            target[item + j * rows + i] = source[item + i * columns + j] as number;
          }
        }
      }
    }
  }
  return out;
}

/** A list of int32 as emscripten takes it. */
function bytesOf(values: readonly number[]): Uint8Array {
  return new Uint8Array(Int32Array.from(values).buffer);
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, extent) => product * extent, 1);
}
