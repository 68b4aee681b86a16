import type { HostDType } from '@distiller/core';
import {
  reachable,
  type BinaryFunction,
  type Node,
  type Outputs,
  type ReduceFunction,
  type UnaryFunction,
  type Value,
} from '../graph/graph.js';
import { Emitter, float, int, ints, ONNX_TYPE, text } from './emitter.js';
import { lowerMatmul } from './lower-matmul.js';
import type { OnnxModel } from './onnx-model.js';

/** Which operators a model may use. */
export interface Dialect {
  /** ONNX Runtime's `com.microsoft` operators. */
  readonly contrib: boolean;
  /** LayerNormalization gives mean and inverse deviation too (ONNX Runtime's CPU provider). */
  readonly layerNormStatistics: boolean;
}

/** Newest operator set with everything needed (Gelu, reductions with axes as an input). */
export const OPSET = 20;

const UNARY: Readonly<Record<UnaryFunction, string>> = {
  abs: 'Abs',
  ceil: 'Ceil',
  cos: 'Cos',
  erf: 'Erf',
  exp: 'Exp',
  floor: 'Floor',
  gelu: 'Gelu',
  'is-nan': 'IsNaN',
  log: 'Log',
  neg: 'Neg',
  not: 'Not',
  reciprocal: 'Reciprocal',
  relu: 'Relu',
  round: 'Round',
  sigmoid: 'Sigmoid',
  sign: 'Sign',
  sin: 'Sin',
  softplus: 'Softplus',
  sqrt: 'Sqrt',
  tanh: 'Tanh',
};

const BINARY: Readonly<Record<BinaryFunction, string>> = {
  add: 'Add',
  and: 'And',
  div: 'Div',
  equal: 'Equal',
  greater: 'Greater',
  'greater-equal': 'GreaterOrEqual',
  less: 'Less',
  'less-equal': 'LessOrEqual',
  max: 'Max',
  min: 'Min',
  mul: 'Mul',
  or: 'Or',
  pow: 'Pow',
  sub: 'Sub',
};

const REDUCE: Readonly<Record<ReduceFunction, string>> = {
  max: 'ReduceMax',
  mean: 'ReduceMean',
  min: 'ReduceMin',
  prod: 'ReduceProd',
  sum: 'ReduceSum',
};

/**
 * Writes a graph as ONNX. Inputs of the graph keep their names unless the emitter already knows the value
 * (an initializer, or an input under another name); outputs get the names of the map.
 */
export function lower(outputs: Outputs, dialect: Dialect, emit = new Emitter()): OnnxModel {
  for (const node of reachable(outputs)) lowerNode(node, dialect, emit);
  const renamed = new Map<string, string>();
  const results = [...outputs].map(([name, value]) => {
    const given = emit.operand(value);
    // Inputs, constants and values wanted under two names must be copied; the rest is just called differently.
    if (emit.makes(given) && !renamed.has(given)) renamed.set(given, name);
    else emit.emitNode('Identity', [given], [name]);
    return { name, element: value.dtype, shape: emit.dimensions(value.shape) };
  });
  const rename = (name: string) => renamed.get(name) ?? name;
  return {
    nodes: emit.nodes.map((node) => ({
      ...node,
      inputs: node.inputs.map(rename),
      outputs: node.outputs.map(rename),
    })),
    initializers: emit.initializers,
    inputs: emit.inputs,
    outputs: results,
    opset: OPSET,
  };
}

function lowerNode(node: Node, dialect: Dialect, emit: Emitter): void {
  const { operation, inputs } = node;
  const [result] = node.outputs as [Value];
  const one = (op: string, attributes?: Parameters<Emitter['emit']>[2], ...more: string[]) =>
    emit.bind(result, emit.emit(op, [...inputs.map((v) => emit.operand(v)), ...more], attributes));

  switch (operation.op) {
    case 'input':
      if (emit.knows(result)) return;
      emit.inputs.push({
        name: operation.name,
        element: operation.dtype,
        shape: emit.dimensions(operation.shape),
      });
      return emit.bind(result, operation.name);
    case 'constant': {
      const { dtype, shape, data } = operation.tensor;
      return emit.bind(result, emit.initializer(dtype, shape, data));
    }
    case 'fill':
      return; // written where it is used: most uses need only the number
    case 'unary':
      return one(UNARY[operation.fn]);
    case 'binary':
      return emit.bind(
        result,
        emit.emit(BINARY[operation.fn], emit.broadcastOperands(inputs, result.shape)),
      );
    case 'select':
      return emit.bind(result, emit.emit('Where', emit.broadcastOperands(inputs, result.shape)));
    case 'cast':
      return one('Cast', { to: int(ONNX_TYPE[operation.dtype]) });
    case 'reshape':
      return one('Reshape', {}, emit.shape(operation.shape));
    case 'transpose':
      return one('Transpose', { perm: ints(operation.permutation) });
    case 'expand':
      return one('Expand', {}, emit.shape(operation.shape));
    case 'tile':
      return one('Tile', {}, emit.shape(operation.repeats));
    case 'slice':
      return lowerSlice(node, operation, emit);
    case 'pad':
      return one(
        'Pad',
        {},
        emit.shape([...operation.before, ...operation.after]),
        emit.scalar(operation.value, result.dtype),
      );
    case 'concat':
      return one('Concat', { axis: int(operation.axis) });
    case 'reduce':
      return one(REDUCE[operation.fn], { keepdims: int(1) }, emit.int64(operation.axes));
    case 'arg': {
      const op = operation.fn === 'max' ? 'ArgMax' : 'ArgMin';
      const found = emit.emit(op, [emit.operand(inputs[0] as Value)], {
        axis: int(operation.axis),
        keepdims: int(1),
      });
      return emit.bind(result, emit.emit('Cast', [found], { to: int(ONNX_TYPE.int32) }));
    }
    case 'cumulative-sum':
      return one(
        'CumSum',
        { exclusive: int(Number(operation.exclusive)), reverse: int(Number(operation.reverse)) },
        emit.int64([operation.axis]),
      );
    case 'softmax':
      return one(operation.log ? 'LogSoftmax' : 'Softmax', { axis: int(-1) });
    case 'matmul':
      return lowerMatmul(node, operation, dialect, emit);
    case 'gather':
      return one('Gather', { axis: int(operation.axis) });
    case 'segment-sum':
      return lowerSegmentSum(node, emit);
    case 'layer-norm':
      return lowerLayerNorm(node, operation.epsilon, dialect, emit);
  }
}

function lowerSlice(
  node: Node,
  { begin, size, strides }: Extract<Node['operation'], { op: 'slice' }>,
  emit: Emitter,
): void {
  const [x] = node.inputs as [Value];
  const axes = [...begin.keys()].filter(
    (axis) => begin[axis] !== 0 || size[axis] !== x.shape[axis],
  );
  const pick = (values: readonly number[]) => axes.map((axis) => values[axis] as number);
  emit.bind(
    node.outputs[0] as Value,
    emit.emit('Slice', [
      emit.operand(x),
      emit.shape(pick(begin)),
      sliceEnds(pick(begin), pick(size), pick(strides), emit),
      emit.int64(axes),
      emit.int64(pick(strides)),
    ]),
  );
}

/** begin + size · stride. An end before the first element is written as a number below any axis. */
function sliceEnds(
  begin: readonly number[],
  size: readonly number[],
  strides: readonly number[],
  emit: Emitter,
): string {
  const spans = size.map((count, axis) => count * (strides[axis] as number));
  if (emit.isOpen(spans)) return emit.emit('Add', [emit.shape(begin), emit.shape(spans)]);
  const ends = begin.map((start, axis) => start + (spans[axis] as number));
  return emit.shape(
    ends.map((end, axis) => ((strides[axis] as number) < 0 && end < 0 ? -(2 ** 31) : end)),
  );
}

/** ScatterElements adds in order, in one thread; ScatterND adds in racing order. Ids are not negative. */
function lowerSegmentSum(node: Node, emit: Emitter): void {
  const [values, ids] = node.inputs as [Value, Value];
  const [result] = node.outputs as [Value];
  const column = [ids.shape[0] as number, ...values.shape.slice(1).map(() => 1)];
  const rows = emit.emit('Reshape', [emit.operand(ids), emit.shape(column)]);
  const indices = emit.emit('Expand', [rows, emit.shape(values.shape)]);
  const zeros = emit.emit('Expand', [
    emit.scalar(0, result.dtype as HostDType),
    emit.shape(result.shape),
  ]);
  emit.bind(
    result,
    emit.emit('ScatterElements', [zeros, indices, emit.operand(values)], {
      axis: int(0),
      reduction: text('add'),
    }),
  );
}

function lowerLayerNorm(node: Node, epsilon: number, dialect: Dialect, emit: Emitter): void {
  const [x, gamma, beta] = node.inputs.map((value) => emit.operand(value)) as [
    string,
    string,
    string,
  ];
  const [y, mean, inverse] = node.outputs as [Value, Value, Value];
  const attributes = { axis: int(-1), epsilon: float(epsilon) };
  if (dialect.layerNormStatistics) {
    const names = [emit.freshName(), emit.freshName(), emit.freshName()];
    emit.emitNode('LayerNormalization', [x, gamma, beta], names, attributes);
    for (const [index, value] of node.outputs.entries()) emit.bind(value, names[index] as string);
    return;
  }
  emit.bind(y, emit.emit('LayerNormalization', [x, gamma, beta], attributes));
  // Left out by ONNX Runtime when nothing reads them.
  const last = emit.int64([1]);
  const average = emit.emit('ReduceMean', [x, last], { keepdims: int(1) });
  const centred = emit.emit('Sub', [x, average]);
  const square = emit.emit('Mul', [centred, centred]);
  const variance = emit.emit('ReduceMean', [square, last], { keepdims: int(1) });
  const shifted = emit.emit('Add', [variance, emit.scalar(epsilon, 'float32')]);
  emit.bind(mean, average);
  emit.bind(inverse, emit.emit('Reciprocal', [emit.emit('Sqrt', [shifted])]));
}
