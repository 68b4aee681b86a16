import type { GraphBuilder } from '../graph/builder.js';
import type { BinaryFunction, Operation, UnaryFunction, Value } from '../graph/graph.js';
import { numberOf } from '../graph/match.js';
import type { Rule } from '../graph/rewrite.js';

const UNARY: Partial<Record<UnaryFunction, (x: number) => number>> = {
  abs: Math.abs,
  ceil: Math.ceil,
  exp: Math.exp,
  floor: Math.floor,
  log: Math.log,
  neg: (x) => -x,
  not: (x) => Number(x === 0),
  reciprocal: (x) => 1 / x,
  sign: Math.sign,
  sqrt: Math.sqrt,
  tanh: Math.tanh,
};

const BINARY: Partial<Record<BinaryFunction, (a: number, b: number) => number>> = {
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: (a, b) => a * b,
  div: (a, b) => a / b,
  pow: (a, b) => a ** b,
  max: Math.max,
  min: Math.min,
};

const VIEWS: ReadonlySet<Operation['op']> = new Set([
  'reshape',
  'transpose',
  'expand',
  'tile',
  'slice',
  'gather',
]);

/**
 * Works out what is one number everywhere. Arrays are left to ONNX Runtime, which folds them when it opens
 * the model.
 */
export const foldConstants: Rule = ({ node, inputs, build }) => {
  const { operation } = node;
  const [first, second] = inputs as [Value | undefined, Value | undefined];
  const a = numberOf(first);
  const b = numberOf(second);
  if (a === undefined) return undefined;
  if (VIEWS.has(operation.op)) return fillLike(build, a, node.outputs[0] as Value);
  switch (operation.op) {
    case 'cast': {
      const value = { float32: a, int32: Math.trunc(a), bool: Number(a !== 0) }[operation.dtype];
      return fillLike(build, value, node.outputs[0] as Value);
    }
    case 'unary': {
      const evaluate = first?.dtype === 'int32' ? undefined : UNARY[operation.fn];
      return evaluate && fillLike(build, evaluate(a), node.outputs[0] as Value);
    }
    case 'binary': {
      const evaluate = first?.dtype === 'float32' ? BINARY[operation.fn] : undefined;
      return b === undefined || !evaluate
        ? undefined
        : fillLike(build, evaluate(a, b), node.outputs[0] as Value);
    }
    default:
      return undefined;
  }
};

function fillLike(build: GraphBuilder, value: number, { shape, dtype }: Value): Value {
  return build.fill(value, shape, dtype);
}
