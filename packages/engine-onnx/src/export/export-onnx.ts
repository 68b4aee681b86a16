import { DistillerError, type Program, type Weights } from '@distiller/core';
import type { Outputs, Value } from '../graph/graph.js';
import { reachable } from '../graph/graph.js';
import { Emitter, int, ONNX_TYPE } from '../lower/emitter.js';
import { lower } from '../lower/lower.js';
import { encodeOnnx } from '../lower/onnx-model.js';
import { distinctivePrime, Symbols } from '../lower/symbols.js';
import { optimize } from '../passes/optimize.js';
import { traceForward, type Slots } from '../trace/trace.js';
import { assertSizeFree, type Recording } from './assert-size-free.js';

/** An int64 input of the exported model. */
export interface ExportInput {
  /** The program's name for it; the program sees int32. */
  readonly name: string;
  /** The model's name for it, e.g. `input_ids`. */
  readonly as: string;
  /** Names stand for sizes that are known only when the model runs. */
  readonly shape: readonly (number | string)[];
}

export interface ExportOptions {
  readonly inputs: readonly ExportInput[];
  /** The model's name of each of the program's outputs that it is to give. */
  readonly outputs: Readonly<Record<string, string>>;
  /** Largest value of a named size where the program has a limit, e.g. `{ sequence: 512 }`. */
  readonly limits?: Readonly<Record<string, number>>;
}

/** Where the search for a distinctive size starts when there is no limit. */
const UNLIMITED = 1013;

/** Standard operators only, so that every ONNX runtime can read it. */
const PORTABLE = { contrib: false, layerNormStatistics: false };

/**
 * The forward pass of a program as an ONNX file (operator set 20, standard operators), with the weights inside
 * and named sizes left open. It is traced once at sizes that are distinctive primes; shapes that depend on them
 * are worked out from the inputs when the model runs.
 *
 * @throws DistillerError `config` when an output or a limit makes no sense; `unsupported` when the program
 *   turned a named size into a number or an array, which other sizes would get wrong.
 */
export function exportOnnx(program: Program, weights: Weights, options: ExportOptions): Uint8Array {
  const primes = chooseSizes(weights, options, {});
  const recording = record(program, weights, options, primes);
  assertSizeFree(
    recording,
    record(program, weights, options, chooseSizes(weights, options, primes)),
  );
  const outputs = optimize(recording.outputs);
  const emit = new Emitter(recording.symbols);
  bindInputs(outputs, weights, options, emit);
  return encodeOnnx(lower(outputs, PORTABLE, emit));
}

type Sizes = Readonly<Record<string, number>>;

function record(
  program: Program,
  weights: Weights,
  options: ExportOptions,
  sizes: Sizes,
): Recording {
  const extent = (size: number | string) =>
    typeof size === 'number' ? size : (sizes[size] as number);
  const inputs: Slots = Object.fromEntries(
    options.inputs.map(({ name, shape }) => [name, { dtype: 'int32', shape: shape.map(extent) }]),
  );
  const { outputs } = traceForward({ engine: 'ONNX export', program, params: weights, inputs });
  return { outputs: chosenOutputs(outputs, options.outputs), symbols: new Symbols(sizes) };
}

/** A distinctive prime for each named size, other than those of `taken`. */
function chooseSizes(weights: Weights, { inputs, limits }: ExportOptions, taken: Sizes): Sizes {
  const fixed = Object.values(weights).flatMap(({ shape }) => [...shape]);
  const primes: Record<string, number> = {};
  const names = new Set(
    inputs.flatMap(({ shape }) => shape.filter((size) => typeof size === 'string')),
  );
  for (const name of names) {
    const limit = limits?.[name] ?? UNLIMITED;
    try {
      primes[name] = distinctivePrime(limit, [
        ...fixed,
        ...Object.values(primes),
        ...Object.values(taken),
      ]);
    } catch {
      throw new DistillerError(
        'config',
        `export: the size "${name}" is at most ${limit}, too few to tell it apart from the model's own sizes.`,
      );
    }
  }
  return primes;
}

function chosenOutputs(outputs: Outputs, wanted: ExportOptions['outputs']): Outputs {
  const chosen = new Map<string, Value>();
  for (const [name, as] of Object.entries(wanted)) {
    const value = outputs.get(`output/${name}`);
    if (!value) {
      const known = [...outputs.keys()].map((key) => key.replace(/^output\//, '')).join(', ');
      throw new DistillerError(
        'config',
        `export: the program has no output "${name}". It has: ${known}.`,
      );
    }
    chosen.set(as, value);
  }
  return chosen;
}

/** Weights become initializers under their own names; inputs become int64 under the model's names. */
function bindInputs(
  outputs: Outputs,
  weights: Weights,
  { inputs }: ExportOptions,
  emit: Emitter,
): void {
  // Every input is declared, also one that the program does not read: callers pass them all.
  for (const { as, shape } of inputs) {
    emit.inputs.push({ name: as, element: 'int64', shape });
    for (const [axis, size] of shape.entries()) {
      if (typeof size === 'string' && !emit.knowsSize(size)) bindSize(emit, as, axis, size);
    }
  }
  for (const { operation, outputs: values } of reachable(outputs)) {
    if (operation.op !== 'input') continue;
    const [value] = values as [Value];
    const slash = operation.name.indexOf('/');
    const name = operation.name.slice(slash + 1);
    const parameter = operation.name.startsWith('param/') ? weights[name] : undefined;
    if (parameter) {
      const { data, shape } = parameter;
      const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
      emit.bind(value, emit.namedInitializer({ name, element: 'float32', shape, bytes }));
      continue;
    }
    const input = inputs.find((candidate) => candidate.name === name);
    emit.bind(value, emit.emit('Cast', [input?.as as string], { to: int(ONNX_TYPE.int32) }));
  }
}

function bindSize(emit: Emitter, input: string, axis: number, size: string): void {
  const shape = emit.emit('Shape', [input], { start: int(axis), end: int(axis + 1) });
  emit.bindSize(size, shape);
}
