import type {
  PairShape,
  ProgramContext,
  RepresentationLossInput,
  Rng,
  Weights,
} from '@distiller/core';
import { detach } from '@distiller/engine';
import * as tf from '@tensorflow/tfjs';
import type { CriticSettings } from './critic-settings.js';
import type { Encoder } from './encoder.js';
import { mlpEncoder } from './mlp-encoder.js';
import { below, parameter, prefixed } from './parameter.js';
import { transformerEncoder } from './transformer-encoder.js';

/** Added to squared norms, so that a vector of zeros has a finite gradient. */
const EPSILON = 1e-12;

/** The smallest temperature: scores stay within ±50, whose powers are finite in float32. */
const COLDEST = 0.02;

/** What a critic gives of a batch. */
export interface CriticOptions {
  readonly settings: CriticSettings;
  /** Whether it has a baseline network as well. */
  readonly readsBaseline: boolean;
  /** Whether the temperature stays what it is. */
  readonly fixedTemperature: boolean;
}

/** A learned judge of which representations belong together. */
export interface Critic {
  parameters(shape: PairShape, rng: Rng): Weights;
  /**
   * Scores of every pair, with a row for each anchor of the teacher and a column for each candidate of the student, and
   * the logarithm of the baseline for each anchor,
   *
   *     F_ij = cos( g_T(y_i), g_S(x_j) ) / τ        b_i = h(y_i)
   *
   * @returns [K, K] and [K].
   */
  judge(input: RepresentationLossInput): { scores: tf.Tensor2D; baseline?: tf.Tensor1D };
}

/** A separable critic: each side has an encoder g of its own, and so has the baseline h; log τ is a parameter. */
export function createCritic({ settings, readsBaseline, fixedTemperature }: CriticOptions): Critic {
  const encoder = encoderOf(settings);
  return {
    parameters({ studentSize, teacherSize }, rng) {
      const draw = (side: string, width: number, out: number) =>
        prefixed(side, encoder.parameters(width, out, rng.derive(side)));
      return {
        ...draw('student', studentSize, settings.out),
        ...draw('teacher', teacherSize, settings.out),
        ...(readsBaseline ? draw('baseline', teacherSize, 1) : {}),
        ...(fixedTemperature ? {} : { logTemperature: scalar(Math.log(settings.temperature)) }),
      };
    },
    judge({ student, teacher, mask, params, context }) {
      const rows = (side: string, states: tf.Tensor) =>
        encoder.rows(states as tf.Tensor3D, mask, below(side, params), scoped(side, context));
      const constant = detach(teacher);
      const candidates = unit(rows('student', student)); // [K, out]
      const anchors = unit(rows('teacher', constant)); // [K, out]
      const cosines = tf.matMul(anchors, candidates, false, true); // [K, K]
      const temperature = fixedTemperature
        ? settings.temperature
        : tf.maximum(tf.exp(parameter(params, 'logTemperature')), COLDEST);
      return {
        scores: tf.div(cosines, temperature) as tf.Tensor2D,
        ...(readsBaseline
          ? { baseline: tf.reshape(rows('baseline', constant), [-1]) as tf.Tensor1D }
          : {}),
      };
    },
  };
}

function encoderOf(settings: CriticSettings): Encoder {
  return settings.kind === 'mlp' ? mlpEncoder(settings) : transformerEncoder(settings);
}

function scalar(value: number): Weights[string] {
  return { dtype: 'float32', shape: [1], data: Float32Array.of(value) };
}

/** The same context with random numbers of one side's own. */
function scoped(side: string, context: ProgramContext): ProgramContext {
  return { ...context, uniform: (site, shape) => context.uniform(`${side}/${site}`, shape) };
}

/** Rows of length 1, [N, D]. */
function unit(rows: tf.Tensor2D): tf.Tensor2D {
  return tf.mul(rows, tf.rsqrt(tf.add(tf.sum(tf.square(rows), -1, true), EPSILON)));
}
