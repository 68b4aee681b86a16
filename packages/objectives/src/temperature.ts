import type { Objective, PredictionLossInput, Task } from '@distiller/core';
import { assertSameShape, detach, weightedMean } from '@distiller/engine';
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import { cosines } from './cosines.js';

/** No row's temperature falls below it, whatever β is. */
const COLDEST = 0.1;
/** Added to the student's confidence, as in the published code. */
const CONFIDENCE_EPSILON = 1e-3;

const positive = () => z.number().positive();
const base = () => positive().default(4).describe('τ₀: the temperature of a row of mean weight.');
const beta = () => z.number().min(0).default(1).describe('β: how far rows differ from τ₀.');

/** The setting `temperature` of objectives on softened distributions: a number, or a rule for it. */
export const temperatureSetting = z
  .union([
    positive(),
    z.discriminatedUnion('use', [
      z.strictObject({
        use: z.literal('flsw'),
        base: base(),
        beta: beta(),
        gamma: positive().default(1).describe('γ: above 1 only rows far from the teacher count.'),
      }),
      z.strictObject({ use: z.literal('cwsm'), base: base(), beta: beta() }),
      z.strictObject({
        use: z.literal('linear'),
        from: positive().describe('τ at the first step.'),
        to: positive().describe('τ that the last step comes close to.'),
      }),
    ]),
  ])
  .default(1)
  .describe(
    'τ: divides both logits; above 1 it softens both distributions. `linear` changes it with the steps; `flsw` and ' +
      '`cwsm` give rows that the student finds hard a lower one.',
  );

/** The setting `tauSquared` of the same objectives. */
export const tauSquaredSetting = z
  .boolean()
  .default(false)
  .describe('Multiply by τ², which keeps the gradient about as large at every temperature.');

export type TemperatureSetting = z.output<typeof temperatureSetting>;

/** A number or scalar for all rows, or [N, 1]. */
export type Temperature = number | tf.Tensor;

/**
 * The temperature that a setting asks for at this step,
 *
 *     number    τ
 *     linear    from + (to − from)·p,   p the share of the training that is done
 *     flsw      τ_n = τ₀ + (w̄ − w_n)·β,   w_n = (1 − cos(z_S,n, z_T,n))^γ
 *     cwsm      the same with w_n = 1 / (max_c softmax(z_S,n)_c + 10⁻³)
 *
 * where w̄ is the mean under the rows' weights; τ_n is at least 0.1. Rows far from the teacher (flsw) and rows in which
 * the student is not confident (cwsm) get a lower temperature, a sharper target. A constant: no gradient flows
 * through it. cwsm sees no padding; flsw would, and is refused for spans.
 *
 * @returns a number or a scalar for all rows, or [N, 1]; the caller disposes of it.
 * @throws DistillerError `shape` when flsw gets logits of two shapes.
 * @see Wen, Lai, Qian, "Preparing Lessons: Improve Knowledge Distillation with Better Supervision", 2019 (dynamic temperature distillation), arXiv:1911.07471
 */
export function temperatureOf(
  setting: TemperatureSetting,
  { student, teacher, weights, progress }: PredictionLossInput,
): Temperature {
  if (typeof setting === 'number') return setting;
  return tf.tidy(() => {
    switch (setting.use) {
      case 'linear':
        return tf.add(setting.from, tf.mul(setting.to - setting.from, progress as tf.Scalar));
      case 'flsw': {
        assertSameShape(
          'temperature flsw',
          ['student', 'teacher'],
          student,
          teacher as tf.Tensor2D,
        );
        const cosine = cosines(detach(student), detach(teacher as tf.Tensor2D)); // [N]
        // Rounding may take a cosine above 1, and a negative number has no root.
        const distance = tf.relu(tf.sub(1, cosine));
        return aroundBase(tf.pow(distance, setting.gamma), setting, weights);
      }
      case 'cwsm': {
        const confidence = tf.max(tf.softmax(detach(student)), -1); // [N]
        return aroundBase(tf.div(1, tf.add(confidence, CONFIDENCE_EPSILON)), setting, weights);
      }
    }
  });
}

/** τ₀ + (w̄ − w)·β as a column, [N, 1]. */
function aroundBase(
  w: tf.Tensor,
  { base, beta }: { readonly base: number; readonly beta: number },
  weights: tf.Tensor1D | undefined,
): tf.Tensor {
  const perRow = tf.add(base, tf.mul(tf.sub(weightedMean(w, weights), w), beta));
  return tf.reshape(tf.maximum(perRow, COLDEST), [-1, 1]);
}

/** One number a row, [N], times τ² of its row; the numbers as they are unless `wanted`. */
export function timesTauSquared(
  perRow: tf.Tensor,
  temperature: Temperature,
  wanted = true,
): tf.Tensor {
  if (!wanted) return perRow;
  return typeof temperature === 'number'
    ? tf.mul(perRow, temperature ** 2)
    : tf.mul(perRow, tf.reshape(tf.square(temperature), [-1]));
}

/** Why a rule for the temperature makes no sense for the task. */
function refuseTemperature(
  setting: TemperatureSetting,
  { kind }: Pick<Task, 'kind'>,
): string | undefined {
  if (typeof setting === 'number') return undefined;
  if (setting.use === 'flsw' && kind === 'span')
    return 'temperature flsw compares all positions of a span, padding included; use cwsm, linear or a number';
  if (setting.use === 'cwsm' && kind === 'multi-label')
    return "temperature cwsm looks at the student's softmax, which a multi-label task has not; use flsw, linear or a number";
  return undefined;
}

/** An objective whose temperature is a number or a rule: `loss` is told the temperature of the step. */
export function temperedObjective(
  setting: TemperatureSetting,
  { reads, refuses, loss }: Pick<Objective, 'reads' | 'refuses'> & TemperedLoss,
): Objective {
  const isLinear = typeof setting !== 'number' && setting.use === 'linear';
  return {
    reads: isLinear ? [...reads, 'progress'] : reads,
    refuses: (task) => refuses(task) ?? refuseTemperature(setting, task),
    loss: (input) => tf.tidy(() => loss(input, temperatureOf(setting, input))),
  };
}

interface TemperedLoss {
  loss(input: PredictionLossInput, temperature: Temperature): tf.Scalar;
}
