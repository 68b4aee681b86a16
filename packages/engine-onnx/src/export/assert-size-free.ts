import { DistillerError } from '@distiller/core';
import { reachable, type Node, type Outputs } from '../graph/graph.js';
import type { Symbols } from '../lower/symbols.js';

/** A recording together with the sizes that it was made at. */
export interface Recording {
  readonly outputs: Outputs;
  readonly symbols: Symbols;
}

/**
 * Refuses a program that turned a named size into something that the exported model would keep: a number
 * (1/T as a factor), an array (positions 0 … T − 1) or a shape that is not a product (T − 1). Two recordings at
 * different sizes must be the same but for shapes that are products of the named sizes.
 *
 * @throws DistillerError `unsupported` naming the operation and its owner.
 */
export function assertSizeFree(first: Recording, second: Recording): void {
  const others = reachable(second.outputs);
  for (const [index, node] of reachable(first.outputs).entries()) {
    const other = others[index];
    if (other && describe(node, first.symbols) === describe(other, second.symbols)) continue;
    const owner = node.owner ? `${node.owner}: ` : '';
    throw new DistillerError(
      'unsupported',
      `export: ${owner}${named(node)} depends on the size of the inputs other than by a shape that is a product ` +
        'of sizes, so a model with open sizes would get it wrong. Compute it with ops from an input, e.g. a sum over a mask.',
    );
  }
}

function named({ operation }: Node): string {
  switch (operation.op) {
    case 'constant':
      return `a constant [${operation.tensor.shape.join(', ')}]`;
    case 'fill':
      return `the number ${operation.value}`;
    default:
      return `the operation ${'fn' in operation ? operation.fn : operation.op}`;
  }
}

/** The operation with every extent written by the names of the sizes in it. */
function describe({ operation }: Node, symbols: Symbols): string {
  if (operation.op === 'constant') {
    const { dtype, shape, data } = operation.tensor;
    return `constant ${dtype} [${shape.join()}] ${data.join()}`;
  }
  return JSON.stringify(operation, (key, value: unknown) =>
    Array.isArray(value) && key !== 'permutation' && key !== 'axes'
      ? value.map((extent: number) => symbols.factor(extent) ?? extent)
      : value,
  );
}
