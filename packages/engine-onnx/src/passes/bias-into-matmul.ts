import type { Value } from '../graph/graph.js';
import { operandsOf } from '../graph/match.js';
import type { Rule } from '../graph/rewrite.js';

/** A vector added to a matrix product, x·W + b, becomes the third operand of Gemm. */
export const biasIntoMatmul: Rule = ({ node, inputs, build, isSingleUse }) => {
  const { operation } = node;
  if (operation.op !== 'binary' || operation.fn !== 'add') return undefined;
  for (const [x, bias] of [inputs, [...inputs].reverse()] as [Value, Value][]) {
    const product = operandsOf(x, 'matmul');
    const isVector = bias.shape.length === 1 && bias.shape[0] === x.shape[1];
    if (!product || !isVector || x.shape.length !== 2) continue;
    const [a, b, c] = product.inputs as [Value, Value, Value | undefined];
    if (!c && isSingleUse(x)) return build.matmul(a, b, product.operation, bias);
  }
  return undefined;
};
