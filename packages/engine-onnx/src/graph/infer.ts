import { DistillerError, type HostDType } from '@distiller/core';
import { sameShape, sizeOf, type Operation, type Shape, type Value } from './graph.js';

type Type = Pick<Value, 'shape' | 'dtype'>;

const COMPARISONS: ReadonlySet<string> = new Set([
  'equal',
  'greater',
  'greater-equal',
  'less',
  'less-equal',
]);

function refuse(operation: Operation, inputs: readonly Type[], why: string): never {
  const given = inputs.map(({ shape, dtype }) => `${dtype}[${shape.join(', ')}]`).join(', ');
  throw new DistillerError(
    'bug',
    `${operation.op}(${given}): ${why}. This is a bug in engine-onnx.`,
  );
}

/** The common shape of operands that broadcast as in NumPy; undefined when they don't fit. */
export function broadcastShape(...shapes: readonly Shape[]): Shape | undefined {
  const rank = Math.max(...shapes.map(({ length }) => length));
  const result = new Array<number>(rank).fill(1);
  for (const shape of shapes) {
    for (const [index, dimension] of shape.entries()) {
      const axis = rank - shape.length + index;
      if (dimension === 1 || dimension === result[axis]) continue;
      if (result[axis] !== 1) return undefined;
      result[axis] = dimension;
    }
  }
  return result;
}

function matmulShape(
  operation: Extract<Operation, { op: 'matmul' }>,
  [a, b, c]: readonly Type[],
): Shape | undefined {
  if (!a || !b || a.shape.length < 2 || b.shape.length < 2) return undefined;
  const batch = broadcastShape(a.shape.slice(0, -2), b.shape.slice(0, -2));
  const [rows, inner] = operation.transposeA
    ? [a.shape.at(-1), a.shape.at(-2)]
    : [a.shape.at(-2), a.shape.at(-1)];
  const [innerB, columns] = operation.transposeB
    ? [b.shape.at(-1), b.shape.at(-2)]
    : [b.shape.at(-2), b.shape.at(-1)];
  if (!batch || inner !== innerB) return undefined;
  const shape = [...batch, rows as number, columns as number];
  if (!c) return shape;
  const wide = broadcastShape(shape, c.shape);
  return shape.length === 2 && wide && sameShape(wide, shape) ? shape : undefined;
}

/** Shapes and dtypes of a node's outputs. Operands that don't fit are refused: the trace must not lie. */
export function infer(operation: Operation, inputs: readonly Type[]): readonly Type[] {
  const first = inputs[0] ?? { shape: [], dtype: 'float32' as HostDType };
  const of = (shape: Shape | undefined, dtype: HostDType = first.dtype): Type[] => [
    { shape: shape ?? refuse(operation, inputs, 'the operands do not fit together'), dtype },
  ];
  switch (operation.op) {
    case 'input':
    case 'fill':
      return of(operation.shape, operation.dtype);
    case 'constant':
      return of(operation.tensor.shape, operation.tensor.dtype);
    case 'unary':
      return of(first.shape, operation.fn === 'is-nan' ? 'bool' : first.dtype);
    case 'softmax':
      return of(first.shape);
    case 'cast':
      return of(first.shape, operation.dtype);
    case 'binary':
      return of(
        broadcastShape(...inputs.map(({ shape }) => shape)),
        COMPARISONS.has(operation.fn) ? 'bool' : first.dtype,
      );
    case 'select':
      return of(broadcastShape(...inputs.map(({ shape }) => shape)), inputs[1]?.dtype);
    case 'reshape':
      return of(sizeOf(operation.shape) === sizeOf(first.shape) ? operation.shape : undefined);
    case 'expand': {
      const wide = broadcastShape(first.shape, operation.shape);
      return of(wide && sameShape(wide, operation.shape) ? wide : undefined);
    }
    case 'transpose':
      return of(operation.permutation.map((axis) => first.shape[axis] as number));
    case 'tile':
      return of(
        first.shape.map((dimension, axis) => dimension * (operation.repeats[axis] as number)),
      );
    case 'slice':
      return of(operation.size);
    case 'pad':
      return of(
        first.shape.map(
          (dimension, axis) =>
            dimension + (operation.before[axis] as number) + (operation.after[axis] as number),
        ),
      );
    case 'concat':
      return of(
        first.shape.map((dimension, axis) =>
          axis === operation.axis
            ? inputs.reduce((sum, { shape }) => sum + (shape[axis] as number), 0)
            : dimension,
        ),
      );
    case 'reduce':
      return of(
        first.shape.map((dimension, axis) => (operation.axes.includes(axis) ? 1 : dimension)),
      );
    case 'arg':
      return of(
        first.shape.map((dimension, axis) => (axis === operation.axis ? 1 : dimension)),
        'int32',
      );
    case 'cumulative-sum':
      return of(first.shape);
    case 'matmul':
      return of(matmulShape(operation, inputs));
    case 'gather':
      return of([
        ...first.shape.slice(0, operation.axis),
        ...(inputs[1]?.shape ?? []),
        ...first.shape.slice(operation.axis + 1),
      ]);
    case 'segment-sum':
      return of([operation.count, ...first.shape.slice(1)]);
    case 'layer-norm': {
      const rows = [first.shape[0] as number, 1];
      return [first, { ...first, shape: rows }, { ...first, shape: rows }];
    }
  }
}
