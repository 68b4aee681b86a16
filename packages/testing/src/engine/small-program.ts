import type { HostTensors, Program, Weights } from '@distiller/core';
import { dropout, linear } from '@distiller/engine';
import * as tf from '@tensorflow/tfjs';
import { parameter } from './host-arrays.js';
import { sample } from './op-case.js';

/** Width in, width out, share dropped. */
const [INNER, OUTER, RATE] = [4, 3, 0.25];

/** Parameters of the two small programs; `unused` is read by neither. */
export function smallWeights(name = 'small'): Weights {
  return {
    weight: parameter(sample(`${name} weight`, [OUTER, INNER])),
    bias: parameter(sample(`${name} bias`, [OUTER])),
    unused: parameter(sample(`${name} unused`, [2])),
  };
}

/** A batch for them, x [rows, 4] and y [rows, 3]. */
export function smallBatch(rows: number, name = 'batch'): HostTensors {
  return {
    x: parameter(sample(`${name} x`, [rows, INNER])),
    y: parameter(sample(`${name} y`, [rows, OUTER])),
  };
}

/** Mean squared error of a linear map; outputs `prediction` [rows, 3]. */
export const regression: Program = (params, inputs) => {
  const prediction = linear(
    inputs['x'] as tf.Tensor,
    params['weight'] as tf.Tensor,
    params['bias'] as tf.Tensor,
  );
  const error = tf.sub(prediction, inputs['y'] as tf.Tensor);
  return { loss: tf.mean(tf.square(error)), outputs: { prediction } };
};

/** The same with dropout on x at site `x`. */
export const noisyRegression: Program = (params, inputs, context) =>
  regression(
    params,
    { ...inputs, x: dropout(inputs['x'] as tf.Tensor, RATE, 'x', context) },
    context,
  );
