import { operandsOf } from '../graph/match.js';
import type { Value } from '../graph/graph.js';
import type { GraphBuilder } from '../graph/builder.js';
import type { Rule } from '../graph/rewrite.js';

/**
 * A matrix product reads an operand with its last two axes exchanged for free. A transpose before it that does
 * just that disappears; one that does it among other things is replaced by one that keeps the last axis last,
 * which moves whole rows and is shared with the other products that read them so. A product that is read
 * transposed is computed transposed: (A·B)ᵀ = Bᵀ·Aᵀ.
 */
export const transposesIntoMatmul: Rule = ({ node, inputs, build, isSingleUse }) => {
  const { operation } = node;
  if (operation.op === 'transpose') {
    const [product] = inputs as [Value];
    return isSingleUse(product) ? turnedProduct(build, product, operation.permutation) : undefined;
  }
  if (operation.op !== 'matmul') return undefined;
  const [a, b, ...c] = inputs as [Value, Value, ...Value[]];
  const left = untransposed(build, a);
  const right = untransposed(build, b);
  if (!left && !right) return undefined;
  return build.matmul(
    left ?? a,
    right ?? b,
    {
      alpha: operation.alpha,
      transposeA: operation.transposeA !== (left !== undefined),
      transposeB: operation.transposeB !== (right !== undefined),
    },
    ...c,
  );
};

/** The operand with its last two axes exchanged, when that is less work. */
function untransposed(build: GraphBuilder, operand: Value): Value | undefined {
  const found = operandsOf(operand, 'transpose');
  const source = found?.inputs[0];
  if (!found || !source) return undefined;
  const { permutation } = found.operation;
  const last = permutation.length - 1;
  if (permutation[last - 1] !== last) return undefined;
  const exchanged = [...permutation.slice(0, -2), permutation[last] as number, last];
  return build.transpose(source, exchanged);
}

function turnedProduct(
  build: GraphBuilder,
  product: Value,
  permutation: readonly number[],
): Value | undefined {
  const found = operandsOf(product, 'matmul');
  const last = permutation.length - 1;
  if (!found || found.inputs.length > 2 || permutation[last] !== last - 1) return undefined;
  const [a, b] = found.inputs as [Value, Value];
  const { transposeA, transposeB, alpha } = found.operation;
  const turned = build.matmul(b, a, { alpha, transposeA: !transposeB, transposeB: !transposeA });
  const exchange = (axis: number) => (axis < last - 1 ? axis : 2 * last - 1 - axis);
  return build.transpose(turned, permutation.map(exchange));
}
