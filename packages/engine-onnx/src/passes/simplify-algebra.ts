import type { GraphBuilder } from '../graph/builder.js';
import { sameShape, sizeOf, type Operation, type Value } from '../graph/graph.js';
import { broadcastShape } from '../graph/infer.js';
import { numberOf, operandsOf, scaledBy } from '../graph/match.js';
import type { Rule, Site } from '../graph/rewrite.js';

/**
 * Identities of arithmetic: x·1, x+0, double negations and casts, factors gathered into one, sums over axes
 * of size 1, copies along axes that broadcasting makes unnecessary.
 */
export const simplifyAlgebra: Rule = (site) => {
  const { node, inputs, build } = site;
  const { operation } = node;
  const [result] = node.outputs as [Value];
  const [x] = inputs as [Value];
  switch (operation.op) {
    case 'binary':
      return narrow(site) ?? arithmetic(build, operation.fn, inputs, result);
    case 'unary':
      if (operation.fn === 'neg') {
        const negated = operandsOf(x, 'unary');
        if (negated?.operation.fn === 'neg') return negated.inputs[0];
        return x.dtype === 'float32' ? scale(build, x, -1) : undefined;
      }
      return undefined;
    case 'cast': {
      const inner = operandsOf(x, 'cast');
      const source = inner?.inputs[0];
      // bool → int32 → float32 and the like lose nothing on the way.
      return source?.dtype === 'bool' || source?.dtype === operation.dtype
        ? build.cast(source, operation.dtype)
        : undefined;
    }
    case 'reduce': {
      const axes = operation.axes.filter((axis) => x.shape[axis] !== 1);
      if (axes.length < operation.axes.length) return build.reduce(operation.fn, x, axes);
      return scaledReduction(build, operation, x, result);
    }
    default:
      return undefined;
  }
};

function arithmetic(
  build: GraphBuilder,
  fn: string,
  inputs: readonly Value[],
  result: Value,
): Value | undefined {
  if (result.dtype !== 'float32') return undefined;
  const [a, b] = inputs as [Value, Value];
  const left = numberOf(a);
  const right = numberOf(b);
  switch (fn) {
    case 'add': {
      if (right === 0) return build.expand(a, result.shape);
      if (left === 0) return build.expand(b, result.shape);
      const subtracted = scaledBy(b);
      if (subtracted?.factor === -1) return build.binary('sub', a, subtracted.x);
      const first = scaledBy(a);
      return first?.factor === -1 ? build.binary('sub', b, first.x) : undefined;
    }
    case 'sub': {
      if (right === 0) return build.expand(a, result.shape);
      if (left === 0) return scale(build, build.expand(b, result.shape), -1);
      const added = scaledBy(b);
      return added?.factor === -1 ? build.binary('add', a, added.x) : undefined;
    }
    case 'mul':
      if (right !== undefined) return scale(build, build.expand(a, result.shape), right);
      if (left !== undefined) return scale(build, build.expand(b, result.shape), left);
      return undefined;
    case 'div':
      return right === undefined
        ? undefined
        : scale(build, build.expand(a, result.shape), 1 / right);
    default:
      return undefined;
  }
}

/** x · factor, with the factors of x gathered into one. */
function scale(build: GraphBuilder, x: Value, factor: number): Value {
  const inner = scaledBy(x);
  if (inner) return scale(build, inner.x, inner.factor * factor);
  return factor === 1 ? x : build.binary('mul', x, build.fill(factor));
}

/** Σ (x · c) = c · Σ x, and Σ of copies is a multiple: both leave less to add up. */
function scaledReduction(
  build: GraphBuilder,
  { fn, axes }: Extract<Operation, { op: 'reduce' }>,
  x: Value,
  result: Value,
): Value | undefined {
  if (fn !== 'sum' && fn !== 'mean') return undefined;
  const scaled = scaledBy(x);
  if (scaled) return scale(build, build.reduce(fn, scaled.x, axes), scaled.factor);
  const source = operandsOf(x, 'expand')?.inputs[0];
  if (!source || !sameShape(source.shape, result.shape)) return undefined;
  return fn === 'mean' ? source : scale(build, source, sizeOf(x.shape) / sizeOf(source.shape));
}

/** Operands that were copied along axes are used uncopied; where all were, the result is copied instead. */
function narrow({ node, inputs, build }: Site): Value | undefined {
  const sources = inputs.map((input) => operandsOf(input, 'expand')?.inputs[0] ?? input);
  if (sources.every((source, index) => source === inputs[index])) return undefined;
  const shape = broadcastShape(...sources.map((source) => source.shape));
  if (!shape) return undefined;
  const small = build.apply(node.operation, sources)[0] as Value;
  return build.expand(small, (node.outputs[0] as Value).shape);
}
