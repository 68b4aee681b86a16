import { DistillerError } from '@distiller/core';
import { z } from 'zod';

/** Parameters that are trained differently. */
export interface ParameterGroup {
  /** Source of a regular expression that is searched in parameter names, or a test of a name. */
  readonly match: string | ((name: string) => boolean);
  /** Factor on the learning rate, ≥ 0. Default 1. */
  readonly learningRateScale?: number | undefined;
  /** Instead of the optimizer's weight decay, ≥ 0; also for biases and layer norms. */
  readonly weightDecay?: number | undefined;
}

export interface ParameterSettings {
  readonly learningRateScale: number;
  readonly weightDecay: number;
}

/** `groups` as a recipe has them. */
export const groupsSchema = z
  .array(
    z.strictObject({
      match: z
        .string()
        .refine(isPattern, 'Not a regular expression')
        .describe('Regular expression searched in parameter names'),
      learningRateScale: z.number().min(0).default(1).describe('Factor on the learning rate'),
      weightDecay: z
        .number()
        .min(0)
        .optional()
        .describe("Instead of the optimizer's; also for biases and layer norms"),
    }),
  )
  .default([])
  .describe('Parameters trained differently; the first group that matches a name decides');

/** Biases, and the gains of layer norms, are not decayed: decay would only shift what they normalise. */
const UNDECAYED = /(^|\.)bias$|layer_?norm/i;

/**
 * The settings of every parameter: the first group that matches decides; without one, or where it is silent,
 * the learning rate is unscaled and the weight decay is `weightDecay`, or 0 for biases and layer norms.
 *
 * @throws DistillerError `config` when a `match` is no regular expression.
 */
export function resolveGroups(
  names: readonly string[],
  groups: readonly ParameterGroup[],
  weightDecay: number,
): ReadonlyMap<string, ParameterSettings> {
  const tests = groups.map((group) => ({ ...group, matches: predicate(group.match) }));
  return new Map(
    names.map((name) => {
      const group = tests.find(({ matches }) => matches(name));
      return [
        name,
        {
          learningRateScale: group?.learningRateScale ?? 1,
          weightDecay: group?.weightDecay ?? (UNDECAYED.test(name) ? 0 : weightDecay),
        },
      ];
    }),
  );
}

function predicate(match: ParameterGroup['match']): (name: string) => boolean {
  if (typeof match === 'function') return match;
  if (!isPattern(match)) {
    throw new DistillerError(
      'config',
      `optimizer group: match is "${match}", which is not a regular expression.`,
    );
  }
  const pattern = new RegExp(match);
  return (name) => pattern.test(name);
}

function isPattern(source: string): boolean {
  try {
    new RegExp(source);
    return true;
  } catch {
    return false;
  }
}
