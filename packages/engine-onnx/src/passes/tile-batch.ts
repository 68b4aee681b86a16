import { GraphBuilder } from '../graph/builder.js';
import {
  reachable,
  type Node,
  type Operation,
  type Outputs,
  type Shape,
  type Value,
} from '../graph/graph.js';

/** A run of texts of the batch: the batch axis from `start`, `count` long. */
export interface Part {
  readonly start: number;
  readonly count: number;
}

/**
 * Computes a graph a part of the batch at a time, so that what one operation writes is still in the cache when
 * the next one reads it. A tensor is cut along its first axis; most operations work on the parts as they do on
 * the whole, sums over the first axis (losses, gradients of weights) are added up part by part. What can't
 * be done in parts is done on the parts put together again.
 *
 * @param batch extent of the inputs' first axis. Tensors whose first axis is no multiple of it stay whole.
 */
export function tileBatch(outputs: Outputs, batch: number, parts: readonly Part[]): Outputs {
  return new Tiling(batch, parts).run(outputs);
}

type Of<Op extends Operation['op']> = Extract<Operation, { op: Op }>;

/** Parts of a value, one for each part of the batch. */
type Pieces = readonly Value[];

class Tiling {
  private readonly build = new GraphBuilder();
  private readonly wholes = new Map<Value, Value>();
  private readonly pieces = new Map<Value, Pieces>();

  constructor(
    private readonly batch: number,
    private readonly parts: readonly Part[],
  ) {}

  run(outputs: Outputs): Outputs {
    for (const node of reachable(outputs)) {
      this.build.owner = node.owner;
      if (!this.tile(node)) this.copy(node);
    }
    return new Map([...outputs].map(([name, value]) => [name, this.whole(value)]));
  }

  private copy(node: Node): void {
    const results = this.build.apply(
      node.operation,
      node.inputs.map((input) => this.whole(input)),
    );
    for (const [index, value] of node.outputs.entries()) {
      this.wholes.set(value, results[index] as Value);
    }
  }

  /** Whether the value has been computed in parts, or is an input of the program, which is as good. */
  private comesInParts(value: Value): boolean {
    const { operation } = value.node;
    const isInput = operation.op === 'input' && !operation.name.startsWith('param/');
    return this.pieces.has(value) || (isInput && this.canCut(value.shape));
  }

  private canCut(shape: Shape): boolean {
    return shape.length > 0 && shape[0] !== 0 && (shape[0] as number) % this.batch === 0;
  }

  /** The shape with its first axis cut to a part. */
  private cut(shape: Shape, { count }: Part): Shape {
    return [((shape[0] as number) / this.batch) * count, ...shape.slice(1)];
  }

  private whole(value: Value): Value {
    let whole = this.wholes.get(value);
    if (!whole) {
      whole = this.build.concat(this.pieces.get(value) as Pieces, 0);
      this.wholes.set(value, whole);
    }
    return whole;
  }

  private piecesOf(value: Value): Pieces {
    let pieces = this.pieces.get(value);
    if (!pieces) {
      const whole = this.whole(value);
      pieces = this.parts.map((part) => {
        const shape = this.cut(value.shape, part);
        if (value.node.operation.op === 'fill') {
          return this.build.fill(value.node.operation.value, shape, value.dtype);
        }
        const begin = value.shape.map(() => 0);
        begin[0] = ((value.shape[0] as number) / this.batch) * part.start;
        return this.build.slice(whole, begin, shape);
      });
      this.pieces.set(value, pieces);
    }
    return pieces;
  }

  /** Records the node in parts where that is possible and its operands come in parts. */
  private tile(node: Node): boolean {
    const { operation, inputs, outputs } = node;
    if (!inputs.some((input) => this.comesInParts(input))) return false;
    const reduced = this.reduceParts(node);
    if (reduced) {
      this.wholes.set(outputs[0] as Value, reduced);
      return true;
    }
    const [result] = outputs as [Value];
    const cutInputs = this.cutInputs(operation, inputs, result);
    if (!cutInputs || !this.canCut(result.shape)) return false;
    const results = this.parts.map((part, index) => {
      const operands = inputs.map((input, i) =>
        cutInputs[i] ? (this.piecesOf(input)[index] as Value) : this.whole(input),
      );
      return this.build.apply(this.cutOperation(operation, part), operands);
    });
    for (const [index, value] of outputs.entries()) {
      this.pieces.set(
        value,
        results.map((values) => values[index] as Value),
      );
    }
    return true;
  }

  /** Which operands are cut when the result is; undefined when the operation can't be done in parts. */
  private cutInputs(
    operation: Operation,
    inputs: readonly Value[],
    result: Value,
  ): readonly boolean[] | undefined {
    const [first] = inputs as [Value];
    const keepsRows = first.shape[0] === result.shape[0];
    const rest = inputs.slice(1).map(() => false);
    const alongRows = inputs.map(
      ({ shape }) => shape.length === result.shape.length && shape[0] === result.shape[0],
    );
    switch (operation.op) {
      case 'unary':
      case 'cast':
      case 'binary':
      case 'select':
      case 'expand':
        return alongRows;
      case 'softmax':
        return first.shape.length > 1 ? [true] : undefined;
      case 'layer-norm':
        return [true, ...rest];
      case 'reshape':
        return this.canCut(first.shape) ? [true] : undefined;
      case 'transpose':
        return operation.permutation[0] === 0 ? [true] : undefined;
      case 'slice':
        return keepsRows && operation.strides[0] === 1 ? [true] : undefined;
      case 'pad':
      case 'tile':
        return keepsRows ? [true] : undefined;
      case 'reduce':
        return operation.axes.includes(0) ? undefined : [true];
      case 'concat':
        return operation.axis === 0 ? undefined : inputs.map(() => true);
      case 'arg':
      case 'cumulative-sum':
        return operation.axis === 0 ? undefined : [true];
      case 'gather':
        return operation.axis === 0 ? [false, true] : [true, false];
      case 'matmul':
        if (result.shape.length > 2) return alongRows;
        return operation.transposeA || !this.comesInParts(first)
          ? undefined
          : [true, false, ...alongRows.slice(2)];
      default:
        return undefined;
    }
  }

  private cutOperation(operation: Operation, part: Part): Operation {
    switch (operation.op) {
      case 'reshape':
      case 'expand':
        return { ...operation, shape: this.cut(operation.shape, part) };
      case 'slice':
        return { ...operation, size: this.cut(operation.size, part) };
      default:
        return operation;
    }
  }

  /** The sum (or mean, maximum, minimum) over the first axis, added up over the parts. */
  private reduceParts({ operation, inputs }: Node): Value | undefined {
    const [first, second] = inputs as [Value, Value];
    if (operation.op === 'reduce' && operation.axes.includes(0) && this.comesInParts(first)) {
      return this.combine(operation, this.piecesOf(first));
    }
    const isProductOfColumns =
      operation.op === 'matmul' &&
      operation.transposeA &&
      !operation.transposeB &&
      first.shape.length === 2 &&
      second.shape.length === 2 &&
      [first, second].every((operand) => this.comesInParts(operand) && this.canCut(operand.shape));
    return isProductOfColumns ? this.accumulate(operation as Of<'matmul'>, inputs) : undefined;
  }

  private combine({ fn, axes }: Of<'reduce'>, pieces: Pieces): Value | undefined {
    const combining = { sum: 'add', mean: 'add', max: 'max', min: 'min', prod: 'mul' } as const;
    // Parts may differ in size, so a mean is a sum over the whole extent.
    const each = pieces.map((piece) => this.build.reduce(fn === 'mean' ? 'sum' : fn, piece, axes));
    const total = each.reduce((a, b) => this.build.binary(combining[fn], a, b));
    if (fn !== 'mean') return total;
    const rows = pieces.reduce((sum, { shape }) => sum + (shape[0] as number), 0);
    const [{ shape }] = pieces as [Value];
    const count = axes.reduce(
      (product, axis) => product * (axis === 0 ? rows : (shape[axis] as number)),
      1,
    );
    return this.build.binary('mul', total, this.build.fill(1 / count));
  }

  /** aᵀ·b with the rows of both in parts: each product is added to the one before within Gemm. */
  private accumulate(operation: Of<'matmul'>, [a, b, c]: readonly Value[]): Value {
    const left = this.piecesOf(a as Value);
    const right = this.piecesOf(b as Value);
    let sum = c && this.whole(c);
    for (const [index, piece] of left.entries()) {
      sum = this.build.matmul(piece, right[index] as Value, operation, sum);
    }
    return sum as Value;
  }
}
