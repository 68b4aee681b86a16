import { PbfWriter } from 'pbf';

/** Element types, by their numbers in onnx.proto (`TensorProto.DataType`). */
export const ELEMENT = { float32: 1, uint8: 2, int32: 6, int64: 7, bool: 9 } as const;
export type Element = keyof typeof ELEMENT;

/** A dimension: fixed, or named and known only when the model runs. */
export type Dimension = number | string;

export interface OnnxTensor {
  readonly name: string;
  readonly element: Element;
  readonly shape: readonly number[];
  /** Little-endian, row-major. */
  readonly bytes: Uint8Array;
}

export interface OnnxValue {
  readonly name: string;
  readonly element: Element;
  readonly shape: readonly Dimension[];
}

/** Integers must be wrapped: in JavaScript 1 and 1.0 are the same. */
export type OnnxAttribute =
  | { readonly int: number }
  | { readonly float: number }
  | { readonly ints: readonly number[] }
  | { readonly string: string };

export interface OnnxNode {
  readonly op: string;
  /** Empty for standard ONNX. */
  readonly domain: '' | 'com.microsoft';
  /** An empty name leaves an optional input or output out. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly name: string;
  readonly attributes: Readonly<Record<string, OnnxAttribute>>;
}

export interface OnnxModel {
  readonly nodes: readonly OnnxNode[];
  readonly initializers: readonly OnnxTensor[];
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
  readonly opset: number;
}

const IR_VERSION = 10;

// Field numbers below are those of onnx.proto (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto).

function writeTensor(tensor: OnnxTensor, pbf: PbfWriter): void {
  pbf.writePackedVarint(1, [...tensor.shape]); // dims
  pbf.writeVarintField(2, ELEMENT[tensor.element]); // data_type
  pbf.writeStringField(8, tensor.name);
  pbf.writeBytesField(9, tensor.bytes); // raw_data
}

function writeAttribute([name, value]: [string, OnnxAttribute], pbf: PbfWriter): void {
  pbf.writeStringField(1, name);
  if ('float' in value) {
    pbf.writeFloatField(2, value.float);
    pbf.writeVarintField(20, 1); // type FLOAT
  } else if ('int' in value) {
    pbf.writeVarintField(3, value.int);
    pbf.writeVarintField(20, 2); // type INT
  } else if ('string' in value) {
    pbf.writeStringField(4, value.string);
    pbf.writeVarintField(20, 3); // type STRING
  } else {
    for (const entry of value.ints) pbf.writeVarintField(8, entry);
    pbf.writeVarintField(20, 7); // type INTS
  }
}

function writeNode(node: OnnxNode, pbf: PbfWriter): void {
  for (const input of node.inputs) pbf.writeStringField(1, input);
  for (const output of node.outputs) pbf.writeStringField(2, output);
  pbf.writeStringField(3, node.name);
  pbf.writeStringField(4, node.op);
  for (const attribute of Object.entries(node.attributes)) {
    pbf.writeMessage(5, writeAttribute, attribute);
  }
  pbf.writeStringField(7, node.domain);
}

function writeDimension(dimension: Dimension, pbf: PbfWriter): void {
  if (typeof dimension === 'number') pbf.writeVarintField(1, dimension);
  else pbf.writeStringField(2, dimension);
}

function writeShape(shape: readonly Dimension[], pbf: PbfWriter): void {
  for (const dimension of shape) pbf.writeMessage(1, writeDimension, dimension);
}

function writeTensorType(value: OnnxValue, pbf: PbfWriter): void {
  pbf.writeVarintField(1, ELEMENT[value.element]);
  pbf.writeMessage(2, writeShape, value.shape);
}

function writeValue(value: OnnxValue, pbf: PbfWriter): void {
  pbf.writeStringField(1, value.name);
  pbf.writeMessage(
    2,
    (type: OnnxValue, inner) => inner.writeMessage(1, writeTensorType, type),
    value,
  );
}

function writeGraph(model: OnnxModel, pbf: PbfWriter): void {
  for (const node of model.nodes) pbf.writeMessage(1, writeNode, node);
  pbf.writeStringField(2, 'distiller');
  for (const tensor of model.initializers) pbf.writeMessage(5, writeTensor, tensor);
  for (const value of model.inputs) pbf.writeMessage(11, writeValue, value);
  for (const value of model.outputs) pbf.writeMessage(12, writeValue, value);
}

function writeOpset([domain, version]: [string, number], pbf: PbfWriter): void {
  pbf.writeStringField(1, domain);
  pbf.writeVarintField(2, version);
}

/** Serialises a model as an ONNX file. */
export function encodeOnnx(model: OnnxModel): Uint8Array {
  const pbf = new PbfWriter();
  pbf.writeVarintField(1, IR_VERSION);
  pbf.writeStringField(2, 'distiller'); // producer_name
  pbf.writeMessage(7, writeGraph, model);
  pbf.writeMessage(8, writeOpset, ['', model.opset]);
  if (model.nodes.some(({ domain }) => domain !== '')) {
    pbf.writeMessage(8, writeOpset, ['com.microsoft', 1]);
  }
  return pbf.finish();
}
