import { GraphBuilder } from '../graph/builder.js';
import type { Outputs, Value } from '../graph/graph.js';

interface Part {
  readonly values: Value;
  readonly ids: Value;
}

/**
 * The gradient of a table whose rows were looked up is nearly all zeros: `gradient/x` that is a sum of segment
 * sums becomes `rows/x` (int32 [n]) and `values/x` ([n, width]), which the optimizer adds up in order. Left
 * alone where the table has fewer rows than were looked up.
 */
export function splitRowGradients(outputs: Outputs): Outputs {
  const result = new Map<string, Value>();
  for (const [name, value] of outputs) {
    const parts = name.startsWith('gradient/') ? segmentSums(value) : undefined;
    const count = parts?.reduce((sum, { ids }) => sum + (ids.shape[0] as number), 0) ?? 0;
    if (!parts || count >= (value.shape[0] as number)) {
      result.set(name, value);
      continue;
    }
    const parameter = name.slice('gradient/'.length);
    result.set(`rows/${parameter}`, concatenated(parts.map(({ ids }) => ids)));
    result.set(`values/${parameter}`, concatenated(parts.map(({ values }) => values)));
  }
  return result;
}

/** The terms of a sum of segment sums of matrices; undefined when it has other terms. */
function segmentSums(value: Value): Part[] | undefined {
  const { operation, inputs } = value.node;
  if (operation.op === 'segment-sum' && value.shape.length === 2) {
    const [values, ids] = inputs as [Value, Value];
    return [{ values, ids }];
  }
  if (operation.op !== 'binary' || operation.fn !== 'add') return undefined;
  const [left, right] = inputs.map((input) => segmentSums(input));
  return left && right ? [...left, ...right] : undefined;
}

function concatenated(parts: readonly Value[]): Value {
  // Ids continue after those of the trace, so that operands keep smaller ones.
  return new GraphBuilder(Math.max(...parts.map(({ node }) => node.id)) + 1).concat(parts, 0);
}
