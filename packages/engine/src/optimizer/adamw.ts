import { defineComponent, DistillerError, type Optimizer } from '@distiller/core';
import { z } from 'zod';
import { FusedState, type UpdateRule } from './fused-state.js';
import { groupsSchema, resolveGroups, type ParameterGroup } from './parameter-groups.js';

export interface AdamwOptions {
  /** Decay of the running mean of the gradient, 0 ≤ β₁ < 1. */
  readonly beta1?: number;
  /** Decay of the running mean of its square, 0 ≤ β₂ < 1. */
  readonly beta2?: number;
  /** Added to the root of the second moment, > 0. */
  readonly epsilon?: number;
  /** Share of a weight that one step at learning rate 1 takes away, ≥ 0; not of biases and layer norms. */
  readonly weightDecay?: number;
  /** Gradients with a longer L2 norm over all parameters are shortened to it, > 0. Default: never. */
  readonly maxGradientNorm?: number | undefined;
  readonly groups?: readonly ParameterGroup[];
}

/**
 * AdamW: Adam with decoupled weight decay and bias correction. With the scaled and clipped gradient g and
 * the step t = 1, 2, …,
 *
 *     m ← m + (1 − β₁)(g − m),   v ← β₂ v + (1 − β₂) g²
 *     p ← (1 − lr·λ) p − lr · m / (1 − β₁ᵗ) / (√v / √(1 − β₂ᵗ) + ε)
 *
 * as torch.optim.AdamW does, in float32, one fused pass over every parameter. A moment below 2⁻¹⁰⁸ becomes 0.
 * A parameter without a gradient counts as one whose gradient is 0: its moments fade and it is decayed.
 *
 * @throws DistillerError `config` when an option is out of its range.
 * @see Loshchilov, Hutter, "Decoupled Weight Decay Regularization", 2019, algorithm 2, arXiv:1711.05101
 */
export function adamw({
  beta1 = 0.9,
  beta2 = 0.999,
  epsilon = 1e-8,
  weightDecay = 0.01,
  maxGradientNorm,
  groups = [],
}: AdamwOptions = {}): Optimizer {
  if (!(beta1 >= 0 && beta1 < 1 && beta2 >= 0 && beta2 < 1)) {
    throw new DistillerError(
      'config',
      `adamw: beta1 is ${beta1} and beta2 is ${beta2}; both must be at least 0 and less than 1.`,
    );
  }
  if (!(epsilon > 0)) {
    throw new DistillerError('config', `adamw: epsilon is ${epsilon} but must be positive.`);
  }
  const rule: UpdateRule = {
    name: 'adamw',
    moments: ['moment1', 'moment2'],
    maxGradientNorm,
    settings: (names) => resolveGroups(names, groups, weightDecay),
    update: (step, learningRate, gradientScale, decay) => {
      const root = Math.sqrt(1 - beta2 ** step);
      const size = (learningRate * root) / (1 - beta1 ** step);
      const keep = 1 - learningRate * decay;
      return {
        idleFactor: Math.fround(keep),
        apply: ({ kernels }, p, g, [m, v], count) =>
          kernels.adamw(
            p,
            g,
            m as number,
            v as number,
            count,
            gradientScale,
            keep,
            1 - beta1,
            beta2,
            1 - beta2,
            epsilon * root,
            size,
          ),
      };
    },
  };
  return { name: rule.name, start: (weights) => new FusedState(rule, weights) };
}

const belowOne = z.number().min(0).lt(1);

export const adamwComponent = defineComponent({
  kind: 'optimizer',
  name: 'adamw',
  summary: 'Adam with decoupled weight decay and bias correction.',
  source: 'Loshchilov & Hutter 2019, algorithm 2, arXiv:1711.05101',
  settings: z.strictObject({
    beta1: belowOne.default(0.9).describe('Decay of the running mean of the gradient'),
    beta2: belowOne.default(0.999).describe('Decay of the running mean of its square'),
    epsilon: z.number().positive().default(1e-8).describe('Added to the denominator'),
    weightDecay: z
      .number()
      .min(0)
      .default(0.01)
      .describe('Per step and unit of learning rate; not of biases and layer norms'),
    maxGradientNorm: z
      .number()
      .positive()
      .optional()
      .describe('Clips the L2 norm over all parameters'),
    groups: groupsSchema,
  }),
  needs: {},
  create: (settings) => adamw(settings),
});
