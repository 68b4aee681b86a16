import { operandsOf } from '../graph/match.js';
import type { Value } from '../graph/graph.js';
import type { Rule } from '../graph/rewrite.js';

/**
 * Reshapes of reshapes and transposes of transposes become one, or nothing; a transpose that only moves axes
 * of size 1 is a reshape, which costs nothing.
 */
export const mergeViews: Rule = ({ node, inputs, build }) => {
  const { operation } = node;
  const [x] = inputs as [Value];
  if (operation.op === 'reshape') {
    const inner = operandsOf(x, 'reshape');
    return build.reshape(inner?.inputs[0] ?? x, operation.shape);
  }
  if (operation.op !== 'transpose') return undefined;
  const inner = operandsOf(x, 'transpose');
  if (inner) {
    const permutation = operation.permutation.map(
      (axis) => inner.operation.permutation[axis] as number,
    );
    return build.transpose(inner.inputs[0] as Value, permutation);
  }
  const moved = operation.permutation.filter((axis) => x.shape[axis] !== 1);
  return moved.every((axis, index) => index === 0 || axis > (moved[index - 1] as number))
    ? build.reshape(x, (node.outputs[0] as Value).shape)
    : undefined;
};
