import {
  DistillerError,
  type IntermediateObjective,
  type RepresentationLossInput,
} from '@distiller/core';
import * as tf from '@tensorflow/tfjs';
import { createCritic } from './critic.js';
import type { CriticSettings } from './critic-settings.js';

export interface MutualInformationOptions {
  readonly critic: CriticSettings;
  /** Whether the bound has a learned baseline. */
  readonly readsBaseline: boolean;
  /** True when the temperature is not learned. */
  readonly fixedTemperature?: boolean;
  /** A lower bound on mutual information, in nats, from scores [K, K] and, where it reads one, a baseline [K]. */
  bound(scores: tf.Tensor2D, baseline: tf.Tensor1D | undefined): tf.Scalar;
}

/**
 * An objective that raises a bound on the mutual information of student and teacher, −I(student; teacher), together with
 * the critic that makes the bound tight. The sides may have different widths: only what the student's states tell
 * of the teacher's counts, not how near they are.
 */
export function mutualInformation(options: MutualInformationOptions): IntermediateObjective {
  const { bound, readsBaseline, fixedTemperature = false } = options;
  const critic = createCritic({ settings: options.critic, readsBaseline, fixedTemperature });
  return {
    feature: 'hidden',
    needsEqualWidth: false,
    sharesParameters: options.critic.shared,
    parameters: critic.parameters,
    loss: (input) => {
      assertStates(input);
      return tf.tidy(() => {
        const { scores, baseline } = critic.judge(input);
        return tf.neg(bound(scores, baseline)) as tf.Scalar;
      });
    },
  };
}

/** @throws DistillerError `shape` unless both sides are [B, T, ·] of one B and T, and the mask is [B, T]. */
function assertStates({ student, teacher, mask }: RepresentationLossInput): void {
  const fits = [student, teacher].every(
    ({ rank, shape: [texts, tokens] }) =>
      rank === 3 && texts === mask.shape[0] && tokens === mask.shape[1],
  );
  if (fits) return;
  const [s, t, m] = [student, teacher, mask].map(({ shape }) => `[${shape.join(', ')}]`);
  throw new DistillerError(
    'shape',
    `mutual information: student is ${s}, teacher is ${t}, mask is ${m}; they must be [B, T, D], [B, T, D'] and [B, T].`,
  );
}
