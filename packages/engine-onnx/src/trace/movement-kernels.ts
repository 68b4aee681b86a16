import type { HostDType } from '@distiller/core';
import * as tf from '@tensorflow/tfjs';
import type { GraphBuilder } from '../graph/builder.js';
import { sizeOf, type Shape, type Value } from '../graph/graph.js';
import type { Kernel, Operands } from './kernels.js';

const x = (operands: Operands) => operands['x'] as Value;

function positive(axis: number, rank: number): number {
  return axis < 0 ? axis + rank : axis;
}

/** `begin` and the part of the shape that starts there. */
function cut(build: GraphBuilder, value: Value, axis: number, begin: number, size: number): Value {
  return build.slice(
    value,
    value.shape.map((_, index) => (index === axis ? begin : 0)),
    value.shape.map((dimension, index) => (index === axis ? size : dimension)),
  );
}

function split(build: GraphBuilder, value: Value, axis: number, sizes: readonly number[]): Value[] {
  let begin = 0;
  return sizes.map((size) => {
    const part = cut(build, value, axis, begin, size);
    begin += size;
    return part;
  });
}

function fill(build: GraphBuilder, value: number, shape: Shape, dtype: string): Value {
  return build.fill(value, shape, dtype as HostDType);
}

/** tfjs kernels that move, repeat or make elements. */
export const MOVEMENT_KERNELS: Readonly<Record<string, Kernel>> = {
  BroadcastTo: (build, operands, { shape }) => build.expand(x(operands), shape),
  Concat: (build, operands, { axis }) => {
    const parts = Object.values(operands);
    const filled = parts.filter(({ shape }) => sizeOf(shape) > 0);
    return build.concat(
      filled.length > 0 ? filled : parts.slice(0, 1),
      positive(axis, parts[0]?.shape.length ?? 0),
    );
  },
  ExpandDims: (build, { input }, { dim }) => {
    const { shape } = input as Value;
    const axis = positive(dim, shape.length + 1);
    return build.reshape(input as Value, [...shape.slice(0, axis), 1, ...shape.slice(axis)]);
  },
  Fill: (build, _, { shape, value, dtype }) => fill(build, value, shape, dtype ?? 'float32'),
  Identity: (_, operands) => x(operands),
  OnesLike: (build, operands) => fill(build, 1, x(operands).shape, x(operands).dtype),
  Pack: (build, operands, { axis }) => {
    const parts = Object.values(operands).map((part) => {
      const at = positive(axis, part.shape.length + 1);
      return build.reshape(part, [...part.shape.slice(0, at), 1, ...part.shape.slice(at)]);
    });
    return build.concat(parts, positive(axis, parts[0]?.shape.length ?? 0));
  },
  PadV2: (build, operands, { paddings, constantValue }) => {
    const sides = paddings as [number, number][];
    if (sides.every(([before, after]) => before === 0 && after === 0)) return x(operands);
    const operation = {
      op: 'pad',
      before: sides.map(([before]) => before),
      after: sides.map(([, after]) => after),
      value: constantValue,
    } as const;
    return build.one(operation, x(operands));
  },
  Range: (build, _, { start, stop, step, dtype }) => {
    const count = Math.max(0, Math.ceil((stop - start) / step));
    const data = Float32Array.from({ length: count }, (_, index) => start + index * step);
    return dtype === 'int32'
      ? build.constant({ dtype, shape: [count], data: Int32Array.from(data) })
      : build.constant({ dtype: 'float32', shape: [count], data });
  },
  Reshape: (build, operands, { shape }) => {
    const wanted = shape as number[];
    const known = sizeOf(wanted.filter((dimension) => dimension !== -1));
    const rest = sizeOf(x(operands).shape) / known;
    return build.reshape(
      x(operands),
      wanted.map((dimension) => (dimension === -1 ? rest : dimension)),
    );
  },
  Slice: (build, operands, { begin, size }) => {
    const [from, count] = tf.slice_util.parseSliceParams(
      { shape: [...x(operands).shape] } as never,
      begin,
      size,
    );
    return build.slice(x(operands), from as number[], count as number[]);
  },
  SplitV: (build, operands, { numOrSizeSplits, axis }) => {
    const { shape } = x(operands);
    const at = positive(axis, shape.length);
    const extent = shape[at] as number;
    const sizes = Array.isArray(numOrSizeSplits)
      ? (numOrSizeSplits as number[])
      : new Array<number>(numOrSizeSplits).fill(extent / numOrSizeSplits);
    const known = sizes.reduce((sum, size) => sum + Math.max(size, 0), 0);
    return split(
      build,
      x(operands),
      at,
      sizes.map((size) => (size === -1 ? extent - known : size)),
    );
  },
  StridedSlice: (build, operands, attributes) => {
    const { begin, end, strides, beginMask, endMask, ellipsisMask, newAxisMask, shrinkAxisMask } =
      attributes;
    const info = tf.slice_util.sliceInfo(
      [...x(operands).shape],
      begin,
      end,
      strides,
      beginMask,
      endMask,
      ellipsisMask,
      newAxisMask,
      shrinkAxisMask,
    );
    const from = info.begin as number[];
    const size = from.map((start, axis) =>
      Math.max(0, Math.ceil(((info.end[axis] as number) - start) / (info.strides[axis] as number))),
    );
    const part = build.slice(x(operands), from, size, info.strides as number[]);
    return build.reshape(part, info.finalShape as number[]);
  },
  Tile: (build, operands, { reps }) => {
    const repeats = reps as number[];
    if (repeats.every((count) => count === 1)) return x(operands);
    return build.one({ op: 'tile', repeats }, x(operands));
  },
  Transpose: (build, operands, { perm }) => build.transpose(x(operands), perm),
  Unpack: (build, { value }, { axis }) => {
    const { shape } = value as Value;
    const at = positive(axis, shape.length);
    const rest = shape.filter((_, index) => index !== at);
    return split(build, value as Value, at, new Array<number>(shape[at] as number).fill(1)).map(
      (part) => build.reshape(part, rest),
    );
  },
  ZerosLike: (build, operands) => fill(build, 0, x(operands).shape, x(operands).dtype),
};
