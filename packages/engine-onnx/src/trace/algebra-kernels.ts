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

  DistillerDropoutMask: (build, { levels, columns }, { rate, count }) => {
    const chosen = levels as Value;
    const rows = chosen.shape[0] as number;
    const known = Float32Array.from({ length: count }, (_, level) => level / count);
    // Where there are more rows than different ones, those are worked out once and looked up.
    const offsets =
      rows > count
        ? build.constant({ dtype: 'float32', shape: [count, 1], data: known })
        : build.binary('mul', chosen, build.fill(1 / count));
    const sum = build.binary('add', offsets, columns as Value);
    const fraction = build.binary('sub', sum, build.unary('floor', sum));
    const kept = build.binary('greater-equal', fraction, build.fill(rate));
    const mask = build.binary('mul', build.cast(kept, 'float32'), build.fill(1 / (1 - rate)));
    if (rows <= count) return mask;
    return build.gather(mask, build.cast(build.reshape(chosen, [rows]), 'int32'), 0);
  },

  DistillerLayerNorm: (build, { x, gamma, beta }, { epsilon }) =>
    build.apply({ op: 'layer-norm', epsilon }, [x as Value, gamma as Value, beta as Value]),
};
