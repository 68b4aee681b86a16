import {
  DistillerError,
  type HostTensors,
  type Program,
  type StepPoint,
  type Tensors,
} from '@distiller/core';
import * as tf from '@tensorflow/tfjs';
import { drawUniform } from '../draw-uniform.js';
import { runProgram } from '../run-program.js';
import { upload } from './host-transfer.js';

/** One run of a program on the current backend. */
export interface Evaluation {
  readonly engine: string;
  readonly params: Tensors;
  readonly inputs: HostTensors;
  /** Where its random numbers come from; absent when it is run forward only. */
  readonly random?: StepPoint & { readonly microBatch: number };
}

/** Tensors that the caller disposes of. */
export interface Differentiated {
  readonly loss: tf.Tensor;
  readonly outputs: Tensors;
  /** Of each parameter that the loss depends on. */
  readonly gradients: Tensors;
}

/** Outputs of a program, `loss` among them when it has one; tensors that the caller disposes of. */
export function evaluate(program: Program, evaluation: Evaluation): Tensors {
  return tf.tidy(() => {
    const { outputs, loss } = call(program, evaluation);
    // Copies, because an output may be a parameter or an input itself, and the caller disposes of outputs.
    return copies(loss ? { ...outputs, loss } : outputs);
  });
}

/**
 * Loss, outputs and gradients of a program.
 *
 * @throws DistillerError `unsupported` when it has no loss or an op in it has no gradient.
 */
export function differentiate(program: Program, evaluation: Evaluation): Differentiated {
  const { params, engine } = evaluation;
  let outputs: Record<string, tf.Tensor> = {};
  try {
    return tf.tidy(() => {
      const { value, grads } = tf.engine().gradients(
        () => {
          const result = call(program, evaluation);
          if (!result.loss) {
            throw new DistillerError(
              'unsupported',
              `program on ${engine}: it has no loss, so it can't be trained.`,
            );
          }
          outputs = copies(result.outputs);
          // The tape disposes of all but the loss when the forward pass ends.
          for (const tensor of Object.values(outputs)) tf.keep(tensor);
          return tf.cast(tf.reshape(result.loss, []), 'float32');
        },
        Object.values(params),
        undefined,
        true,
      );
      const named = Object.keys(params).map((name, i) => [name, grads[i]] as const);
      const connected = named.filter((entry): entry is [string, tf.Tensor] => !!entry[1]);
      return { loss: value, outputs, gradients: Object.fromEntries(connected) };
    });
  } catch (error) {
    for (const tensor of Object.values(outputs)) tensor.dispose();
    abandonTape();
    if (error instanceof DistillerError) throw error;
    throw new DistillerError('unsupported', `backward pass on ${engine}: ${String(error)}`, {
      cause: error,
    });
  }
}

function call(program: Program, { engine, params, inputs, random }: Evaluation) {
  return runProgram(program, {
    engine,
    params,
    inputs: Object.fromEntries(
      Object.entries(inputs).map(([name, input]) => [name, upload(name, input)]),
    ),
    training: random !== undefined,
    uniform: (site, shape) => {
      if (!random) {
        throw new DistillerError(
          'unsupported',
          `random site "${site}" was used outside training; ask context.training first.`,
        );
      }
      const size = shape.reduce((product, extent) => product * extent, 1);
      return tf.tensor(drawUniform(random, random.microBatch, site, size), [...shape]);
    },
  });
}

function copies(tensors: Tensors): Record<string, tf.Tensor> {
  return Object.fromEntries(
    Object.entries(tensors).map(([name, tensor]) => [name, tf.clone(tensor)]),
  );
}

/** tfjs leaves what it saved for a backward pass that never came. */
function abandonTape(): void {
  const { state } = tf.engine();
  for (const node of state.activeTape ?? []) {
    for (const tensor of node.saved ?? []) tensor.dispose();
  }
  state.activeTape = [];
}
