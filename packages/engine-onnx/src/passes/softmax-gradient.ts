import type { GraphBuilder } from '../graph/builder.js';
import type { Value } from '../graph/graph.js';
import { binaryOperands, operandsOf } from '../graph/match.js';
import type { Rule } from '../graph/rewrite.js';

/**
 * The gradient of a softmax as tfjs records it, g∘y − (Σ g∘y)·y, needs four passes over a tensor as large as
 * an attention map. y∘(g − Σ g∘y) needs two and the sum; and in attention the sum is known from smaller tensors:
 * with context = y·V and g = dContext·Vᵀ, row by row Σ g∘y = Σ dContext∘context. A dropout mask between y and
 * the product with V changes nothing in this.
 *
 * @see Dao et al., "FlashAttention", 2022, appendix B.2, arXiv:2205.14135
 */
export const softmaxGradient: Rule = ({ node, inputs, build }) => {
  const { operation } = node;
  if (operation.op !== 'binary' || operation.fn !== 'sub') return undefined;
  const [product, correction] = inputs as [Value, Value];
  const factors = binaryOperands(product, 'mul');
  const terms = binaryOperands(correction, 'mul');
  if (!factors || !terms) return undefined;
  for (const [sum, y] of [terms, [terms[1], terms[0]] as const]) {
    const reduced = operandsOf(sum, 'reduce');
    if (reduced?.operation.fn !== 'sum' || reduced.inputs[0] !== product) continue;
    const gradient = factors[0] === y ? factors[1] : factors[1] === y ? factors[0] : undefined;
    if (!gradient) continue;
    const last = y.shape.length - 1;
    const isLast = reduced.operation.axes.join() === `${last}`;
    const known = isLast ? sumFromContext(build, gradient, y) : undefined;
    return build.binary('mul', y, build.binary('sub', gradient, known ?? sum));
  }
  return undefined;
};

/** Σ dContext∘context, when `gradient` and `y` are those of an attention. */
function sumFromContext(build: GraphBuilder, gradient: Value, y: Value): Value | undefined {
  const direct = operandsOf(gradient, 'matmul');
  if (direct) return contextSum(build, direct, [y]);
  for (const [product, mask] of bothOrders(binaryOperands(gradient, 'mul'))) {
    const masked = operandsOf(product, 'matmul');
    const kept = build.find({ op: 'binary', fn: 'mul' }, [y, mask]);
    const swapped = build.find({ op: 'binary', fn: 'mul' }, [mask, y]);
    const found = masked && contextSum(build, masked, [kept, swapped]);
    if (found) return found;
  }
  return undefined;
}

function contextSum(
  build: GraphBuilder,
  { operation, inputs }: NonNullable<ReturnType<typeof operandsOf<'matmul'>>>,
  candidates: readonly (Value | undefined)[],
): Value | undefined {
  const [outer, values] = inputs as [Value, Value];
  if (operation.transposeA || outer.shape.length < 3) return undefined;
  for (const kept of candidates) {
    const forward = { ...operation, transposeA: false, transposeB: !operation.transposeB };
    const context = kept && build.find(forward, [kept, values]);
    if (context) {
      const both = build.binary('mul', outer, context);
      return build.reduce('sum', both, [context.shape.length - 1]);
    }
  }
  return undefined;
}

function bothOrders(pair: readonly [Value, Value] | undefined): (readonly [Value, Value])[] {
  return pair ? [pair, [pair[1], pair[0]]] : [];
}
