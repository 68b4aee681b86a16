import type { HostDType, HostTensor } from '@distiller/core';
import type {
  BinaryFunction,
  Node,
  Operation,
  ReduceFunction,
  Shape,
  UnaryFunction,
  Value,
} from './graph.js';
import { sameShape } from './graph.js';
import { infer } from './infer.js';

/** Constants up to this many elements are compared by content. */
const SMALL = 64;

/**
 * Records nodes. The same operation on the same operands is one node however often it is asked for, so
 * common subexpressions can't be expressed either.
 */
export class GraphBuilder {
  private readonly known = new Map<string, Node>();
  private readonly tensorIds = new WeakMap<object, number>();
  private count: number;
  /** Put on every node that is recorded from now on. */
  owner = '';

  /** @param first id of the first node. */
  constructor(first = 0) {
    this.count = first;
  }

  /** The result of an operation that was recorded already. */
  find(operation: Operation, inputs: readonly Value[]): Value | undefined {
    return this.known.get(this.keyOf(operation, inputs))?.outputs[0];
  }

  apply(operation: Operation, inputs: readonly Value[]): readonly Value[] {
    const key = this.keyOf(operation, inputs);
    const known = this.known.get(key);
    if (known) return known.outputs;
    const outputs: Value[] = [];
    const node: Node = { id: this.count++, operation, inputs, outputs, owner: this.owner };
    for (const [index, type] of infer(operation, inputs).entries()) {
      outputs.push({ node, index, shape: type.shape, dtype: type.dtype });
    }
    this.known.set(key, node);
    return outputs;
  }

  private keyOf(operation: Operation, inputs: readonly Value[]): string {
    return `${this.describe(operation)}(${inputs.map((v) => `${v.node.id}.${v.index}`).join()})`;
  }

  private describe(operation: Operation): string {
    if (operation.op !== 'constant') {
      // JSON has no −0, ±∞ and NaN.
      return JSON.stringify(operation, (_, value: unknown) =>
        typeof value === 'number' && (!Number.isFinite(value) || Object.is(value, -0))
          ? `number ${Object.is(value, -0) ? '-0' : value}`
          : value,
      );
    }
    const { shape, dtype, data } = operation.tensor;
    if (data.length <= SMALL) {
      const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
      return `constant ${dtype} ${shape.join()} ${bytes.join()}`;
    }
    let id = this.tensorIds.get(data);
    if (id === undefined) this.tensorIds.set(data, (id = this.count++));
    return `constant ${dtype} ${shape.join()} #${id}`;
  }

  /** For operations with one output. */
  one(operation: Operation, ...inputs: readonly Value[]): Value {
    return this.apply(operation, inputs)[0] as Value;
  }

  input(name: string, shape: Shape, dtype: HostDType): Value {
    return this.one({ op: 'input', name, shape, dtype });
  }
  constant(tensor: HostTensor): Value {
    return this.one({ op: 'constant', tensor });
  }
  fill(value: number, shape: Shape = [], dtype: HostDType = 'float32'): Value {
    return this.one({ op: 'fill', value, shape, dtype });
  }
  unary(fn: UnaryFunction, x: Value): Value {
    return this.one({ op: 'unary', fn }, x);
  }
  binary(fn: BinaryFunction, a: Value, b: Value): Value {
    return this.one({ op: 'binary', fn }, a, b);
  }
  select(condition: Value, a: Value, b: Value): Value {
    return this.one({ op: 'select' }, condition, a, b);
  }
  cast(x: Value, dtype: HostDType): Value {
    return x.dtype === dtype ? x : this.one({ op: 'cast', dtype }, x);
  }
  reshape(x: Value, shape: Shape): Value {
    return sameShape(x.shape, shape) ? x : this.one({ op: 'reshape', shape }, x);
  }
  transpose(x: Value, permutation: readonly number[]): Value {
    return permutation.every((axis, index) => axis === index)
      ? x
      : this.one({ op: 'transpose', permutation }, x);
  }
  expand(x: Value, shape: Shape): Value {
    return sameShape(x.shape, shape) ? x : this.one({ op: 'expand', shape }, x);
  }
  slice(x: Value, begin: readonly number[], size: Shape, strides = begin.map(() => 1)): Value {
    return sameShape(x.shape, size) && strides.every((stride) => stride === 1)
      ? x
      : this.one({ op: 'slice', begin, size, strides }, x);
  }
  concat(parts: readonly Value[], axis: number): Value {
    return parts.length === 1 ? (parts[0] as Value) : this.one({ op: 'concat', axis }, ...parts);
  }
  reduce(fn: ReduceFunction, x: Value, axes: readonly number[]): Value {
    return axes.length === 0 ? x : this.one({ op: 'reduce', fn, axes }, x);
  }
  softmax(x: Value, log = false): Value {
    return this.one({ op: 'softmax', log }, x);
  }
  matmul(
    a: Value,
    b: Value,
    { transposeA = false, transposeB = false, alpha = 1 } = {},
    c?: Value,
  ): Value {
    return this.one({ op: 'matmul', transposeA, transposeB, alpha }, a, b, ...(c ? [c] : []));
  }
  gather(table: Value, ids: Value, axis: number): Value {
    return this.one({ op: 'gather', axis }, table, ids);
  }
}
