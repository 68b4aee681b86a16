import type { GraphBuilder } from '../graph/builder.js';
import type { ReduceFunction, Value } from '../graph/graph.js';
import type { Kernel } from './kernels.js';

function reduce(
  build: GraphBuilder,
  fn: ReduceFunction,
  x: Value,
  axis: number | readonly number[] | null | undefined,
  keepDims: boolean,
): Value {
  const rank = x.shape.length;
  const given = typeof axis === 'number' ? [axis] : (axis ?? x.shape.map((_, index) => index));
  const axes = given.map((index) => (index < 0 ? index + rank : index)).sort((a, b) => a - b);
  const reduced = build.reduce(fn, x, axes);
  return keepDims
    ? reduced
    : build.reshape(
        reduced,
        x.shape.filter((_, index) => !axes.includes(index)),
      );
}

const numeric =
  (fn: ReduceFunction): Kernel =>
  (build, { x }, { axis, reductionIndices, keepDims }) => {
    const operand = x as Value;
    const number = operand.dtype === 'bool' ? build.cast(operand, 'int32') : operand;
    return reduce(build, fn, number, reductionIndices ?? axis, keepDims);
  };

/** ONNX Runtime reduces numbers only, so truth values go through int32. */
const logical =
  (fn: 'max' | 'min'): Kernel =>
  (build, { x }, { axis, keepDims }) =>
    build.cast(reduce(build, fn, build.cast(x as Value, 'int32'), axis, keepDims), 'bool');

const arg =
  (fn: 'max' | 'min'): Kernel =>
  (build, { x }, { axis }) => {
    const { shape } = x as Value;
    const at = axis < 0 ? axis + shape.length : axis;
    const found = build.one({ op: 'arg', fn, axis: at }, x as Value);
    return build.reshape(
      found,
      shape.filter((_, index) => index !== at),
    );
  };

/** tfjs kernels that combine the elements along axes. */
export const REDUCTION_KERNELS: Readonly<Record<string, Kernel>> = {
  All: logical('min'),
  Any: logical('max'),
  ArgMax: arg('max'),
  ArgMin: arg('min'),
  Cumsum: (build, { x }, { axis, exclusive, reverse }) =>
    build.one({ op: 'cumulative-sum', axis, exclusive, reverse }, x as Value),
  LogSoftmax: (build, { logits }) => build.softmax(logits as Value, true),
  Max: numeric('max'),
  Mean: numeric('mean'),
  Min: numeric('min'),
  Prod: numeric('prod'),
  Softmax: (build, { logits }) => build.softmax(logits as Value),
  Sum: numeric('sum'),
};
