import {
  DistillerError,
  type HostDType,
  type Program,
  type ProgramResult,
  type Tensors,
} from '@distiller/core';
import { runProgram, withBackend } from '@distiller/engine';
import * as tf from '@tensorflow/tfjs';
import type { GraphBuilder } from '../graph/builder.js';
import type { Outputs, Shape, Value } from '../graph/graph.js';
import { TRACE_BACKEND, traceBackend, type TraceBackend } from './trace-backend.js';

export interface Slot {
  readonly shape: Shape;
  readonly dtype: HostDType;
}

export type Slots = Readonly<Record<string, Slot>>;

export interface TraceRequest {
  /** The engine's name, for messages. */
  readonly engine: string;
  readonly program: Program;
  readonly params: Slots;
  readonly inputs: Slots;
}

/** A recorded program. Names of graph inputs are `param/…`, `input/…` and `uniform/…`. */
export interface Trace {
  /** `output/…`, `loss` and, from `traceGradients`, `gradient/…` of each parameter that the loss depends on. */
  readonly outputs: Outputs;
  /** Random inputs to be drawn anew for each run. */
  readonly uniforms: readonly { readonly site: string; readonly shape: Shape }[];
}

type Body = (call: { params: Tensors; run: () => ProgramResult }) => Map<string, tf.Tensor>;

/** Records a forward pass. */
export function traceForward(request: TraceRequest): Trace {
  return record(request, false, ({ run }) => {
    const { loss, outputs } = run();
    return named(outputs, loss);
  });
}

/**
 * Records a forward and a backward pass: tfjs' own differentiation runs on the placeholders.
 *
 * @throws DistillerError `unsupported` when the program has no loss, or an op has no gradient or can't be compiled.
 */
export function traceGradients(request: TraceRequest): Trace {
  return record(request, true, ({ params, run }) => {
    const wanted = Object.entries(params);
    let outputs = new Map<string, tf.Tensor>();
    const forward = () => {
      const result = run();
      if (!result.loss) {
        throw new DistillerError(
          'unsupported',
          `program on ${request.engine}: it has no loss, so it can't be trained.`,
        );
      }
      const loss = tf.cast(tf.reshape(result.loss, []), 'float32');
      outputs = named(result.outputs, loss);
      return loss;
    };
    const { grads } = tf.engine().gradients(
      forward,
      wanted.map(([, tensor]) => tensor),
      undefined,
      true,
    );
    for (const [index, [name]] of wanted.entries()) {
      const gradient = grads[index];
      if (gradient) outputs.set(`gradient/${name}`, gradient);
    }
    return outputs;
  });
}

function named(outputs: Tensors, loss?: tf.Tensor): Map<string, tf.Tensor> {
  const result = new Map<string, tf.Tensor>();
  for (const [name, tensor] of Object.entries(outputs)) result.set(`output/${name}`, tensor);
  if (loss) result.set('loss', loss);
  return result;
}

function record(request: TraceRequest, training: boolean, body: Body): Trace {
  const backend = traceBackend();
  const former = tf.getBackend() as string | undefined;
  if (!former) void tf.setBackend('cpu'); // so that there is one to go back to
  const build = backend.restart();
  const uniforms: { site: string; shape: Shape }[] = [];
  const outputs = new Map<string, Value>();

  const uniform = (site: string, shape: Shape) => {
    if (!training) {
      throw new DistillerError(
        'unsupported',
        `random site "${site}" was used outside training; ask context.training first.`,
      );
    }
    uniforms.push({ site, shape });
    return tensorOf(backend, build.input(`uniform/${site}`, shape, 'float32'));
  };

  withBackend(TRACE_BACKEND, () =>
    tf.tidy(() => {
      const params = placeholders(backend, build, 'param', request.params);
      const inputs = placeholders(backend, build, 'input', request.inputs);
      const program = keepOwner(request.program, build);
      const call = { engine: request.engine, params, inputs, training, uniform };
      try {
        const tensors = body({ params, run: () => runProgram(program, call) });
        for (const [name, tensor] of tensors) outputs.set(name, backend.recorded(tensor));
      } catch (error) {
        abandonTape();
        if (error instanceof DistillerError) throw error;
        const message = error instanceof Error ? error.message : String(error);
        throw new DistillerError('unsupported', `backward pass on ${request.engine}: ${message}`, {
          cause: error,
        });
      }
    }),
  );
  return { outputs, uniforms };
}

/** tfjs leaves what it saved for a backward pass that never came. */
function abandonTape(): void {
  const { state } = tf.engine();
  for (const { saved } of state.activeTape ?? []) {
    for (const tensor of saved ?? []) tensor.dispose();
  }
  state.activeTape = [];
}

function placeholders(
  backend: TraceBackend,
  build: GraphBuilder,
  kind: string,
  slots: Slots,
): Record<string, tf.Tensor> {
  return Object.fromEntries(
    Object.entries(slots).map(([name, { shape, dtype }]) => [
      name,
      tensorOf(backend, build.input(`${kind}/${name}`, shape, dtype)),
    ]),
  );
}

function tensorOf(backend: TraceBackend, value: Value): tf.Tensor {
  return tf.engine().makeTensorFromTensorInfo(backend.info(value), backend);
}

/** The same program, which tells the recording on whose behalf nodes are made. */
function keepOwner(program: Program, build: GraphBuilder): Program {
  return (params, inputs, context) =>
    program(params, inputs, {
      training: context.training,
      uniform: context.uniform,
      within: (owner, body) =>
        context.within(owner, () => {
          const outer = build.owner;
          build.owner = outer ? `${outer} › ${owner}` : owner;
          try {
            return body();
          } finally {
            build.owner = outer;
          }
        }),
    });
}
