import type { BinaryFunction, Operation, Value } from './graph.js';

/** The operands when the value comes from an operation of this kind. */
export function operandsOf<Op extends Operation['op']>(
  value: Value | undefined,
  op: Op,
): { operation: Extract<Operation, { op: Op }>; inputs: readonly Value[] } | undefined {
  if (!value || value.node.operation.op !== op || value.index !== 0) return undefined;
  return {
    operation: value.node.operation as Extract<Operation, { op: Op }>,
    inputs: value.node.inputs,
  };
}

/** The two operands when the value comes from this element-wise operation. */
export function binaryOperands(
  value: Value | undefined,
  fn: BinaryFunction,
): readonly [Value, Value] | undefined {
  const found = operandsOf(value, 'binary');
  return found?.operation.fn === fn ? (found.inputs as [Value, Value]) : undefined;
}

/** The number that the value holds everywhere, when that is known. */
export function numberOf(value: Value | undefined): number | undefined {
  return operandsOf(value, 'fill')?.operation.value;
}

/** A number and the other operand of a product with it, in either order. */
export function scaledBy(value: Value | undefined): { x: Value; factor: number } | undefined {
  const operands = binaryOperands(value, 'mul');
  if (!operands) return undefined;
  for (const [x, other] of [operands, [operands[1], operands[0]] as const]) {
    const factor = numberOf(other);
    if (factor !== undefined && x.shape.length >= other.shape.length) {
      if (value?.shape.join() === x.shape.join()) return { x, factor };
    }
  }
  return undefined;
}
