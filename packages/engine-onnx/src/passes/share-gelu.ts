import type { Outputs, Value } from '../graph/graph.js';
import { reachable } from '../graph/graph.js';
import { scaledBy } from '../graph/match.js';
import { rewrite } from '../graph/rewrite.js';

/** Float32 of √½, as the gradient of gelu writes it. */
const ROOT_HALF = Math.SQRT1_2;

/**
 * Where the gradient of gelu is wanted, gelu(x) = √½ · u · (1 + erf u) with u = x/√2 is written out: the
 * gradient has u and 1 + erf u for free, and the factors go into the matrix products on both sides.
 */
export function shareGelu(outputs: Outputs): Outputs {
  const differentiated = new Set<Value>();
  for (const { operation, inputs } of reachable(outputs)) {
    if (operation.op !== 'unary' || operation.fn !== 'erf') continue;
    const scaled = scaledBy(inputs[0]);
    if (scaled && Math.abs(scaled.factor - ROOT_HALF) < 1e-7) differentiated.add(scaled.x);
  }
  if (differentiated.size === 0) return outputs;
  return rewrite(outputs, ({ node, inputs, build }) => {
    const { operation } = node;
    if (operation.op !== 'unary' || operation.fn !== 'gelu') return undefined;
    if (!differentiated.has(node.inputs[0] as Value)) return undefined;
    const u = build.binary('mul', inputs[0] as Value, build.fill(Math.fround(ROOT_HALF)));
    const twiceCdf = build.binary('add', build.unary('erf', u), build.fill(1));
    return build.binary('mul', build.binary('mul', u, twiceCdf), build.fill(ROOT_HALF));
  });
}
