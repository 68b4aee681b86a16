import * as tf from '@tensorflow/tfjs';

/** What the cpu and the wasm backend have in common. */
interface HostBackend {
  readSync(dataId: object): Float32Array | Int32Array;
  write(values: Float32Array | Int32Array, shape: number[], dtype: tf.DataType): object;
}

/**
 * Registers `UnsortedSegmentSum`, the gradient of an embedding, on a backend whose data the host can reach.
 * wasm lacks it; cpu compares every segment with every row (segments · rows · width operations).
 */
export function registerUnsortedSegmentSum(backendName: 'cpu' | 'wasm'): void {
  const present = tf.getKernel('UnsortedSegmentSum', backendName);
  if (present?.kernelFunc === unsortedSegmentSum) return;
  if (present) tf.unregisterKernel('UnsortedSegmentSum', backendName);
  tf.registerKernel({
    kernelName: 'UnsortedSegmentSum',
    backendName,
    kernelFunc: unsortedSegmentSum,
  });
}

/** Row n of x [N, ...] is added to row segmentIds[n] of the result, in order; negative ids are dropped. */
const unsortedSegmentSum: tf.KernelFunc = ({ inputs, attrs, backend }) => {
  const { x, segmentIds } = inputs as { x: tf.TensorInfo; segmentIds: tf.TensorInfo };
  const { numSegments } = attrs as { numSegments: number } & typeof attrs;
  const host = backend as HostBackend;
  const values = host.readSync(x.dataId);
  const ids = host.readSync(segmentIds.dataId);
  const width = values.length / Math.max(ids.length, 1);
  const shape = [numSegments, ...x.shape.slice(1)];
  const size = shape.reduce((product, extent) => product * extent, 1);
  const sums = x.dtype === 'int32' ? new Int32Array(size) : new Float32Array(size);
  for (let n = 0; n < ids.length; n++) {
    const id = ids[n] as number;
    if (id < 0) continue;
    for (let d = 0; d < width; d++) {
      (sums[id * width + d] as number) += values[n * width + d] as number;
    }
  }
  return { dataId: host.write(sums, shape, x.dtype), shape, dtype: x.dtype };
};
