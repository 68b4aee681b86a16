import { z } from 'zod';

const value = z.union([z.string(), z.number(), z.boolean()]);

/**
 * What is searched of a setting: `true`, all that its schema allows; a range or a list of values, which its schema must allow; or
 * nothing, but a fixed value instead of the default.
 */
export const SETTING_RANGE = z.union([
  z.literal(true),
  z.strictObject({ low: z.number(), high: z.number(), log: z.exactOptional(z.boolean()) }),
  z.strictObject({ values: z.array(value).min(1) }),
  z.strictObject({ fixed: z.json() }),
]);

/**
 * The settings of a component that are searched: all, or those that are listed by path (`temperature`, `critic.mlp.hidden`); what is not
 * listed keeps its default.
 */
export const SETTING_RANGES = z.union([z.literal('all'), z.record(z.string(), SETTING_RANGE)]);

export type SettingRange = z.output<typeof SETTING_RANGE>;
export type SettingRanges = z.output<typeof SETTING_RANGES>;
