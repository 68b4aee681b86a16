import type { HostDType, HostTensor } from '@distiller/core';

export type Shape = readonly number[];

export type UnaryFunction =
  | 'abs'
  | 'ceil'
  | 'cos'
  | 'erf'
  | 'exp'
  | 'floor'
  | 'gelu'
  | 'is-nan'
  | 'log'
  | 'neg'
  | 'not'
  | 'reciprocal'
  | 'relu'
  | 'round'
  | 'sigmoid'
  | 'sign'
  | 'sin'
  | 'softplus'
  | 'sqrt'
  | 'tanh';

export type Comparison = 'equal' | 'greater' | 'greater-equal' | 'less' | 'less-equal';

export type BinaryFunction =
  'add' | 'sub' | 'mul' | 'div' | 'pow' | 'max' | 'min' | 'and' | 'or' | Comparison;

export type ReduceFunction = 'sum' | 'mean' | 'max' | 'min' | 'prod';

/** What a node computes. Everything static is here; operands are the node's inputs. */
export type Operation =
  | {
      readonly op: 'input';
      readonly name: string;
      readonly shape: Shape;
      readonly dtype: HostDType;
    }
  | { readonly op: 'constant'; readonly tensor: HostTensor }
  /** One number everywhere. */
  | {
      readonly op: 'fill';
      readonly value: number;
      readonly shape: Shape;
      readonly dtype: HostDType;
    }
  | { readonly op: 'unary'; readonly fn: UnaryFunction }
  /** Operands broadcast as in NumPy. */
  | { readonly op: 'binary'; readonly fn: BinaryFunction }
  /** (condition, a, b) → a where the condition holds, else b; all broadcast. */
  | { readonly op: 'select' }
  | { readonly op: 'cast'; readonly dtype: HostDType }
  | { readonly op: 'reshape'; readonly shape: Shape }
  | { readonly op: 'transpose'; readonly permutation: readonly number[] }
  | { readonly op: 'expand'; readonly shape: Shape }
  | { readonly op: 'tile'; readonly repeats: readonly number[] }
  | {
      readonly op: 'slice';
      readonly begin: readonly number[];
      readonly size: Shape;
      readonly strides: readonly number[];
    }
  | {
      readonly op: 'pad';
      readonly before: readonly number[];
      readonly after: readonly number[];
      readonly value: number;
    }
  | { readonly op: 'concat'; readonly axis: number }
  /** Axes stay with size 1: dropping them is a reshape. */
  | { readonly op: 'reduce'; readonly fn: ReduceFunction; readonly axes: readonly number[] }
  | { readonly op: 'arg'; readonly fn: 'max' | 'min'; readonly axis: number }
  | {
      readonly op: 'cumulative-sum';
      readonly axis: number;
      readonly exclusive: boolean;
      readonly reverse: boolean;
    }
  /** Over the last axis. */
  | { readonly op: 'softmax'; readonly log: boolean }
  /**
   * alpha · op(a) · op(b) (+ c), batched over leading axes, which broadcast. `c` only for 2-D operands:
   * it broadcasts to the product.
   */
  | {
      readonly op: 'matmul';
      readonly transposeA: boolean;
      readonly transposeB: boolean;
      readonly alpha: number;
    }
  /** (table, ids) → table with `axis` replaced by the shape of ids. */
  | { readonly op: 'gather'; readonly axis: number }
  /** (values [n, …], ids [n]) → [count, …]: sums of the values that share an id. */
  | { readonly op: 'segment-sum'; readonly count: number }
  /** (x [N, D], gamma, beta) → y, mean [N, 1], 1/√(variance + ε) [N, 1]. */
  | { readonly op: 'layer-norm'; readonly epsilon: number };

export interface Node {
  /** Grows in the order of recording; operands have smaller ids. */
  readonly id: number;
  readonly operation: Operation;
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
  /** Component or layer that asked for it, e.g. `objective mse > layer 3`; empty when unknown. */
  readonly owner: string;
}

/** One output of a node. */
export interface Value {
  readonly node: Node;
  readonly index: number;
  readonly shape: Shape;
  readonly dtype: HostDType;
}

/** What is wanted, by name. All nodes that matter are reachable from here: dead code can't be expressed. */
export type Outputs = ReadonlyMap<string, Value>;

/** The nodes that the outputs depend on, operands first. */
export function reachable(outputs: Outputs): Node[] {
  const seen = new Set<Node>();
  const pending = [...outputs.values()].map(({ node }) => node);
  for (let node = pending.pop(); node; node = pending.pop()) {
    if (seen.has(node)) continue;
    seen.add(node);
    for (const input of node.inputs) pending.push(input.node);
  }
  return [...seen].sort((a, b) => a.id - b.id);
}

/** How many operands and outputs refer to each value. */
export function countUses(outputs: Outputs): Map<Value, number> {
  const uses = new Map<Value, number>();
  const use = (value: Value) => uses.set(value, (uses.get(value) ?? 0) + 1);
  for (const node of reachable(outputs)) node.inputs.forEach(use);
  for (const value of outputs.values()) use(value);
  return uses;
}

export function sizeOf(shape: Shape): number {
  return shape.reduce((product, dimension) => product * dimension, 1);
}

export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((dimension, axis) => dimension === b[axis]);
}
