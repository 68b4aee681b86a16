import { GraphBuilder } from './builder.js';
import { countUses, reachable, type Node, type Outputs, type Value } from './graph.js';

/** A node about to be copied: its operands are already those of the new graph. */
export interface Site {
  readonly node: Node;
  readonly inputs: readonly Value[];
  readonly build: GraphBuilder;
  /** Whether the value (of the new graph) is read exactly once, so that it may be absorbed. */
  isSingleUse(value: Value): boolean;
}

/** Gives what should stand in for the node's outputs; undefined leaves it as it is. */
export type Rule = (site: Site) => Value | readonly Value[] | undefined;

/**
 * Copies the graph node by node, letting the rule replace each. Dead nodes and repeated expressions do not
 * survive the copy.
 */
export function rewrite(outputs: Outputs, rule: Rule): Outputs {
  const build = new GraphBuilder();
  const replaced = new Map<Value, Value>();
  const uses = countUses(outputs);
  /** Uses of new values, known through the old values that they replace. */
  const usesOfNew = new Map<Value, number>();
  const isSingleUse = (value: Value) => (usesOfNew.get(value) ?? 1) === 1;
  for (const node of reachable(outputs)) {
    build.owner = node.owner;
    const inputs = node.inputs.map((input) => replaced.get(input) as Value);
    const result =
      rule({ node, inputs, build, isSingleUse }) ?? build.apply(node.operation, inputs);
    const values = Array.isArray(result) ? (result as readonly Value[]) : [result as Value];
    for (const [index, old] of node.outputs.entries()) {
      const value = values[index] as Value;
      replaced.set(old, value);
      usesOfNew.set(value, (usesOfNew.get(value) ?? 0) + (uses.get(old) ?? 0));
    }
  }
  return new Map([...outputs].map(([name, value]) => [name, replaced.get(value) as Value]));
}
