import { DistillerError, type HostDType } from '@distiller/core';
import { sameShape, type Shape, type Value } from '../graph/graph.js';
import { broadcastShape } from '../graph/infer.js';
import type {
  Dimension,
  Element,
  OnnxAttribute,
  OnnxNode,
  OnnxTensor,
  OnnxValue,
} from './onnx-model.js';
import type { Symbols } from './symbols.js';

export type Attributes = Readonly<Record<string, OnnxAttribute>>;

export const int = (value: number): OnnxAttribute => ({ int: value });
export const float = (value: number): OnnxAttribute => ({ float: value });
export const ints = (values: readonly number[]): OnnxAttribute => ({ ints: values });
export const text = (value: string): OnnxAttribute => ({ string: value });

export const ONNX_TYPE: Readonly<Record<HostDType, number>> = { float32: 1, int32: 6, bool: 9 };

/** Collects the nodes and initializers of one model; the same initializer is kept once. */
export class Emitter {
  readonly nodes: OnnxNode[] = [];
  readonly inputs: OnnxValue[] = [];
  private readonly initializersByKey = new Map<string, OnnxTensor>();
  private readonly names = new Map<Value, string>();
  private readonly sizes = new Map<string, string>();
  private readonly made = new Set<string>();
  private fresh = 0;

  /** @param symbols absent when all shapes are fixed. */
  constructor(readonly symbols?: Symbols) {}

  get initializers(): OnnxTensor[] {
    return [...this.initializersByKey.values()];
  }

  bind(value: Value, name: string): void {
    this.names.set(value, name);
  }

  knows(value: Value): boolean {
    return this.names.has(value);
  }

  /** Whether the tensor is a node's output. */
  makes(name: string): boolean {
    return this.made.has(name);
  }

  emit(op: string, inputs: readonly string[], attributes: Attributes = {}): string {
    const output = `t${this.fresh++}`;
    this.emitNode(op, inputs, [output], attributes);
    return output;
  }

  /** For nodes with several outputs or of the `com.microsoft` domain. */
  emitNode(
    op: string,
    inputs: readonly string[],
    outputs: readonly string[],
    attributes: Attributes = {},
    domain: OnnxNode['domain'] = '',
  ): void {
    for (const output of outputs) this.made.add(output);
    this.nodes.push({ op, domain, inputs, outputs, attributes, name: `${op}_${outputs[0]}` });
  }

  freshName(): string {
    return `t${this.fresh++}`;
  }

  /** The tensor's name, with every element present. */
  operand(value: Value): string {
    const name = this.names.get(value);
    if (name !== undefined) return name;
    const { operation } = value.node;
    if (operation.op !== 'fill') {
      throw new DistillerError('bug', `engine-onnx: operand ${operation.op} was not lowered.`);
    }
    const scalar = this.scalar(operation.value, operation.dtype);
    const full =
      operation.shape.length === 0
        ? scalar
        : this.emit('Expand', [scalar, this.shape(operation.shape)]);
    this.names.set(value, full);
    return full;
  }

  /** Names of operands that broadcast; those that are one number everywhere stay one number where that is enough. */
  broadcastOperands(values: readonly Value[], result: Shape): string[] {
    const shapes = values.map(({ node, shape }) => (node.operation.op === 'fill' ? [] : shape));
    const enough = sameShape(broadcastShape(...shapes) ?? [], result);
    return values.map((value) => {
      const { operation } = value.node;
      return enough && operation.op === 'fill'
        ? this.scalar(operation.value, operation.dtype)
        : this.operand(value);
    });
  }

  scalar(value: number, dtype: HostDType): string {
    const arrays = { float32: Float32Array, int32: Int32Array, bool: Uint8Array };
    return this.initializer(dtype, [], arrays[dtype].of(value));
  }

  int64(values: readonly number[]): string {
    return this.initializer('int64', [values.length], BigInt64Array.from(values, BigInt));
  }

  initializer(element: Element, shape: Shape, data: ArrayBufferView): string {
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    const key =
      bytes.length <= 256 ? `${element} ${shape.join()} ${bytes.join()}` : `large ${this.fresh++}`;
    let tensor = this.initializersByKey.get(key);
    if (!tensor) {
      tensor = { name: `c${this.initializersByKey.size}`, element, shape, bytes };
      this.initializersByKey.set(key, tensor);
    }
    return tensor.name;
  }

  namedInitializer(tensor: OnnxTensor): string {
    this.initializersByKey.set(`named ${tensor.name}`, tensor);
    return tensor.name;
  }

  knowsSize(size: string): boolean {
    return this.sizes.has(size);
  }

  /** Remembers that the int64 [1] tensor `name` holds a named size. */
  bindSize(size: string, name: string): void {
    this.sizes.set(size, name);
  }

  /** Whether any of these depends on a named size. */
  isOpen(dimensions: readonly number[]): boolean {
    return dimensions.some((dimension) => this.symbols?.factor(dimension));
  }

  /** An int64 vector [dimensions.length] with these values, worked out at run time where they depend on named sizes. */
  shape(dimensions: readonly number[]): string {
    if (!this.isOpen(dimensions)) return this.int64(dimensions);
    const parts = dimensions.map((dimension) => this.size(dimension));
    return parts.length === 1 ? (parts[0] as string) : this.emit('Concat', parts, { axis: int(0) });
  }

  private size(dimension: number): string {
    const symbolic = this.symbols?.factor(dimension);
    if (!symbolic) return this.int64([dimension]);
    const { coefficient, factors } = symbolic;
    const key = [coefficient, ...factors].join(' ');
    let name = this.sizes.get(key);
    if (name === undefined) {
      const terms = factors.map((factor) => this.sizes.get(factor) as string);
      if (coefficient !== 1) terms.push(this.int64([coefficient]));
      name = terms.reduce((product, term) => this.emit('Mul', [product, term]));
      this.sizes.set(key, name);
    }
    return name;
  }

  /** Shape for a graph input or output. */
  dimensions(shape: Shape): Dimension[] {
    return shape.map((dimension) => {
      const symbolic = this.symbols?.factor(dimension);
      if (!symbolic) return dimension;
      const names = symbolic.factors.join('*');
      return symbolic.coefficient === 1 ? names : `${symbolic.coefficient}*${names}`;
    });
  }
}
