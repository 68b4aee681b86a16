import { DistillerError } from '@distiller/core';
import type { Value } from '../graph/graph.js';
import type { Kernel } from './kernels.js';

/** tfjs kernels that multiply matrices or look up rows, and our own primitives. */
export const ALGEBRA_KERNELS: Readonly<Record<string, Kernel>> = {
  BatchMatMul: (build, { a, b }, { transposeA, transposeB }) =>
    build.matmul(a as Value, b as Value, { transposeA, transposeB }),

  GatherV2: (build, { x, indices }, { axis, batchDims }) => {
    if (batchDims) {
      throw new DistillerError('unsupported', 'gather with batchDims > 0 cannot be compiled.');
    }
    const rank = (x as Value).shape.length;
    return build.gather(x as Value, indices as Value, axis < 0 ? axis + rank : axis);
  },

  OneHot: (build, { indices }, { depth, onValue, offValue, dtype }) => {
    const ids = indices as Value;
    const classes = Int32Array.from({ length: depth }, (_, index) => index);
    const choices = build.constant({ dtype: 'int32', shape: [depth], data: classes });
    const hit = build.binary('equal', build.reshape(ids, [...ids.shape, 1]), choices);
    if (onValue === 1 && offValue === 0) return build.cast(hit, dtype ?? 'float32');
    const type = dtype ?? 'float32';
    return build.select(hit, build.fill(onValue, [], type), build.fill(offValue, [], type));
  },

  UnsortedSegmentSum: (build, { x, segmentIds }, { numSegments }) =>
    build.one({ op: 'segment-sum', count: numSegments }, x as Value, segmentIds as Value),

  DistillerLayerNorm: (build, { x, gamma, beta }, { epsilon }) =>
    build.apply({ op: 'layer-norm', epsilon }, [x as Value, gamma as Value, beta as Value]),
};
