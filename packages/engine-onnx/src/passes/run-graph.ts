import type { HostTensor } from '@distiller/core';
import type { Operation, Outputs } from '../graph/graph.js';
import { reachable, sizeOf } from '../graph/graph.js';
import { lower } from '../lower/lower.js';
import { encodeOnnx } from '../lower/onnx-model.js';
import { DIALECTS, openSession } from '../runtime/provider.js';
import { fromOrt, toOrt } from '../runtime/tensors.js';

/** Runs a graph once on made-up inputs that are the same for the same names; for checks of passes. */
export async function runGraph(outputs: Outputs): Promise<Record<string, HostTensor>> {
  const session = await openSession(encodeOnnx(lower(outputs, DIALECTS.cpu)), 'cpu', 1);
  const feeds = Object.fromEntries(
    inputsOf(outputs).map((input) => [input.name, toOrt(madeUp(input))]),
  );
  const results = await session.run(feeds);
  await session.release();
  return Object.fromEntries(Object.entries(results).map(([name, t]) => [name, fromOrt(t)]));
}

/** The kinds of operation in a graph, in order; element-wise ones by their function. */
export function operationsOf(outputs: Outputs): string[] {
  return reachable(outputs)
    .map(({ operation }) => ('fn' in operation ? operation.fn : operation.op))
    .filter((name) => name !== 'input' && name !== 'fill' && name !== 'constant');
}

type Input = Extract<Operation, { op: 'input' }>;

function inputsOf(outputs: Outputs): Input[] {
  return reachable(outputs).flatMap(({ operation }) =>
    operation.op === 'input' ? [operation] : [],
  );
}

function madeUp({ name, shape, dtype }: Input): HostTensor {
  const length = sizeOf(shape);
  if (dtype !== 'float32') {
    return { dtype: 'int32', shape, data: Int32Array.from({ length }, (_, i) => (i * 3) % 2) };
  }
  const data = Float32Array.from({ length }, (_, i) => Math.sin(i + 7 * name.length));
  return { dtype, shape, data };
}
