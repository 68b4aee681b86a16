import { didYouMean } from '@distiller/core';
import { z } from 'zod';
import type { Condition, SearchParameter, SearchSpace } from '../space.js';
import { countConfigurations } from './space-size.js';
import { isListed, refusalOf } from './parameter-values.js';

const value = z.union([z.string(), z.number(), z.boolean()]);
const values = z.array(value).min(1);
/** Schema of a condition. */
export const CONDITION = z.strictObject({
  parameter: z.string(),
  in: z.array(value).min(1).describe('The condition holds at each of these values.'),
});
/** Schema of the stage that a parameter belongs to. */
export const STAGE = z
  .exactOptional(z.string().min(1))
  .describe('Stage of the pipeline, to group importances.');
const named = {
  name: z.string().min(1),
  when: z
    .exactOptional(z.array(CONDITION))
    .describe('All must hold for the parameter to be active; they name earlier parameters.'),
  stage: STAGE,
  setting: z
    .exactOptional(z.string().min(1))
    .describe('The setting of the recipe that it sets; by default the one that it is called like.'),
};
const log = z.exactOptional(z.boolean()).describe('Uniform in the logarithm.');
const whole = z.int();

const parameter = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('categorical'), ...named, values }),
  z.strictObject({
    kind: z.literal('ordered'),
    ...named,
    values: values.describe('In their order.'),
  }),
  z.strictObject({ kind: z.literal('integer'), ...named, low: whole, high: whole, log }),
  z.strictObject({ kind: z.literal('float'), ...named, low: z.number(), high: z.number(), log }),
]);

/**
 * Schema of a search space. Beyond the shapes it demands: different names and values; low < high, low > 0 (float) or ≥ 1
 * (integer) with `log`; conditions and exclusions on parameters and values that exist, not on floats, those of a parameter on
 * earlier ones; at least one configuration that is not excluded.
 */
export const SEARCH_SPACE: z.ZodType<SearchSpace> = z
  .strictObject({
    parameters: z.array(parameter).min(1),
    exclusions: z.exactOptional(
      z.array(
        z.strictObject({
          where: z.array(CONDITION).min(1).describe('Refused where all of these hold.'),
          reason: z.string().min(1).describe('Completes "refused because …".'),
        }),
      ),
    ),
  })
  .superRefine((space, context) => {
    const report = (message: string, ...path: (string | number)[]) =>
      context.addIssue({ code: 'custom', message, path });
    checkParameters(space.parameters, report);
    checkExclusions(space, report);
    if (context.issues.length === 0 && countConfigurations(space, () => 1) === 0) {
      report('leave no configuration: every combination is refused by one of them', 'exclusions');
    }
  });

type Report = (message: string, ...path: (string | number)[]) => void;

function checkParameters(parameters: readonly SearchParameter[], report: Report): void {
  parameters.forEach((parameter, i) => {
    const earlier = parameters.slice(0, i);
    if (earlier.some(({ name }) => name === parameter.name))
      report(`another parameter is called "${parameter.name}" already`, 'parameters', i, 'name');
    checkDomain(parameter, (message, ...path) => report(message, 'parameters', i, ...path));
    parameter.when?.forEach((condition, k) => {
      const path = ['parameters', i, 'when', k];
      checkCondition(condition, earlier, 'an earlier parameter', (message, ...rest) =>
        report(message, ...path, ...rest),
      );
    });
  });
}

function checkExclusions({ parameters, exclusions = [] }: SearchSpace, report: Report): void {
  exclusions.forEach(({ where }, i) =>
    where.forEach((condition, k) =>
      checkCondition(condition, parameters, 'a parameter', (message, ...path) =>
        report(message, 'exclusions', i, 'where', k, ...path),
      ),
    ),
  );
}

function checkDomain(parameter: SearchParameter, report: Report): void {
  if (isListed(parameter)) {
    const { values, kind } = parameter;
    if (new Set(values).size < values.length) report('has a value twice', 'values');
    const isRising = values.every((value, i) => i === 0 || value > (values[i - 1] as typeof value));
    if (kind === 'ordered' && values.every((value) => typeof value === 'number') && !isRising)
      report('ordered numbers must rise', 'values');
    return;
  }
  const { kind, low, high, log } = parameter;
  if (low >= high) report(`must be above low, which is ${low} (given ${high})`, 'high');
  if (log && kind === 'float' && low <= 0) report(`must be above 0 with log (given ${low})`, 'low');
  if (log && kind === 'integer' && low < 1)
    report(`must be at least 1 with log (given ${low})`, 'low');
}

function checkCondition(
  { parameter, in: allowed }: Condition,
  known: readonly SearchParameter[],
  what: string,
  report: Report,
): void {
  const found = known.find(({ name }) => name === parameter);
  if (!found) {
    const names = known.map(({ name }) => name);
    report(`"${parameter}" is not ${what}. ${didYouMean(parameter, names)}`, 'parameter');
    return;
  }
  if (found.kind === 'float') {
    report(`"${parameter}" is a float, which has no single values; make it ordered`, 'parameter');
    return;
  }
  allowed.forEach((value, i) => {
    const refusal = refusalOf(found, value);
    if (refusal !== undefined)
      report(`"${parameter}" is never ${JSON.stringify(value)}; ${refusal}`, 'in', i);
  });
}
