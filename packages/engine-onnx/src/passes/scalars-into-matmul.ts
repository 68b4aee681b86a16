import type { GraphBuilder } from '../graph/builder.js';
import type { Value } from '../graph/graph.js';
import { operandsOf, scaledBy } from '../graph/match.js';
import type { Rule, Site } from '../graph/rewrite.js';

/** Factors of a matrix product's operands and of its result go into its own factor `alpha`. */
export const scalarsIntoMatmul: Rule = (site) => {
  const { node, inputs, build } = site;
  const { operation } = node;
  if (operation.op === 'matmul') {
    const [a, b, ...c] = inputs as [Value, Value, ...Value[]];
    const left = pullFactor(build, a);
    const right = pullFactor(build, b);
    if (!left && !right) return undefined;
    const alpha = operation.alpha * (left?.factor ?? 1) * (right?.factor ?? 1);
    return build.matmul(left?.x ?? a, right?.x ?? b, { ...operation, alpha }, ...c);
  }
  const scaled = operation.op === 'binary' && scaledProduct(site);
  return scaled || undefined;
};

/** The operand without its factor; the factor may sit behind reshapes and transposes. */
function pullFactor(build: GraphBuilder, operand: Value): { x: Value; factor: number } | undefined {
  const scaled = scaledBy(operand);
  if (scaled) return scaled;
  const { operation, inputs } = operand.node;
  if (operation.op !== 'reshape' && operation.op !== 'transpose') return undefined;
  const inner = pullFactor(build, inputs[0] as Value);
  return inner && { factor: inner.factor, x: build.one(operation, inner.x) };
}

/** product · factor where nobody else reads the product. */
function scaledProduct({ node, inputs, build, isSingleUse }: Site): Value | undefined {
  const { operation } = node;
  if (operation.op !== 'binary' || operation.fn !== 'mul') return undefined;
  for (const [x, other] of [inputs, [...inputs].reverse()] as [Value, Value][]) {
    const factor = operandsOf(other, 'fill')?.operation.value;
    if (factor === undefined || other.shape.length > 0) continue;
    return absorb(build, x, factor, isSingleUse);
  }
  return undefined;
}

function absorb(
  build: GraphBuilder,
  x: Value,
  factor: number,
  isSingleUse: Site['isSingleUse'],
): Value | undefined {
  if (!isSingleUse(x)) return undefined;
  const { operation, inputs } = x.node;
  if (operation.op === 'matmul') {
    const [a, b, c] = inputs as [Value, Value, Value | undefined];
    if (c && c.shape.length > 1) return undefined; // as large as the product: nothing is saved
    const scaledC = c && build.binary('mul', c, build.fill(factor));
    return build.matmul(a, b, { ...operation, alpha: operation.alpha * factor }, scaledC);
  }
  if (operation.op !== 'reshape' && operation.op !== 'transpose') return undefined;
  const inner = absorb(build, inputs[0] as Value, factor, isSingleUse);
  return inner && build.one(operation, inner);
}
