import { defineComponent, DistillerError, type Optimizer } from '@distiller/core';
import { z } from 'zod';
import { FusedState, type UpdateRule } from './fused-state.js';
import { groupsSchema, resolveGroups, type ParameterGroup } from './parameter-groups.js';

export interface SgdOptions {
  /** Decay of the running sum of gradients, 0 ≤ μ < 1. */
  readonly momentum?: number;
  /** Looks one step of momentum ahead; needs momentum. */
  readonly nesterov?: boolean;
  /** λ of the penalty λ/2 · |p|² that is added to the loss, ≥ 0; not for biases and layer norms. */
  readonly weightDecay?: number;
  /** Gradients with a longer L2 norm over all parameters are shortened to it, > 0. Default: never. */
  readonly maxGradientNorm?: number | undefined;
  readonly groups?: readonly ParameterGroup[];
}

/**
 * Stochastic gradient descent. With the scaled and clipped gradient g,
 *
 *     g ← g + λ p,   b ← μ b + g,   p ← p − lr · b        (nesterov: p ← p − lr · (g + μ b))
 *
 * as torch.optim.SGD does without dampening, in float32, one fused pass over every parameter.
 *
 * @throws DistillerError `config` when an option is out of its range.
 * @see Sutskever et al., "On the importance of initialization and momentum in deep learning", 2013, §2
 */
export function sgd({
  momentum = 0,
  nesterov = false,
  weightDecay = 0,
  maxGradientNorm,
  groups = [],
}: SgdOptions = {}): Optimizer {
  if (!(momentum >= 0 && momentum < 1)) {
    throw new DistillerError(
      'config',
      `sgd: momentum is ${momentum} but must be at least 0 and less than 1.`,
    );
  }
  if (nesterov && momentum === 0) {
    throw new DistillerError('config', 'sgd: nesterov needs a momentum above 0, for example 0.9.');
  }
  const rule: UpdateRule = {
    name: 'sgd',
    moments: momentum === 0 ? [] : ['momentum'],
    maxGradientNorm,
    settings: (names) => resolveGroups(names, groups, weightDecay),
    update: (_step, learningRate, gradientScale, decay) => ({
      idleFactor: decay === 0 ? 1 : undefined,
      apply: (memory, p, g, [moment], count) => {
        const b = moment ?? memory.scratch[2];
        if (moment === undefined) memory.clear(b, count);
        memory.kernels.sgd(
          p,
          g,
          b,
          count,
          gradientScale,
          decay,
          momentum,
          learningRate,
          nesterov ? 1 : 0,
        );
      },
    }),
  };
  return { name: rule.name, start: (weights) => new FusedState(rule, weights) };
}

export const sgdComponent = defineComponent({
  kind: 'optimizer',
  name: 'sgd',
  summary: 'Stochastic gradient descent with momentum.',
  source: 'Sutskever et al. 2013, §2',
  settings: z.strictObject({
    momentum: z.number().min(0).lt(1).default(0).describe('Decay of the running sum of gradients'),
    nesterov: z.boolean().default(false).describe('Looks one step of momentum ahead'),
    weightDecay: z
      .number()
      .min(0)
      .default(0)
      .describe('Coupled L2 penalty; not for biases and layer norms'),
    maxGradientNorm: z
      .number()
      .positive()
      .optional()
      .describe('Clips the L2 norm over all parameters'),
    groups: groupsSchema,
  }),
  needs: {},
  create: (settings) => sgd(settings),
});
