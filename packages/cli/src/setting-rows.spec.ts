import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { settingRows, type JsonSchema } from './setting-rows.js';

function rows(schema: z.ZodType): (readonly string[])[] {
  const json = z.toJSONSchema(schema, { io: 'input' }) as JsonSchema;
  return settingRows(json).map(({ path, value, fallback, meaning }) => [
    path,
    value,
    fallback,
    meaning,
  ]);
}

describe('settingRows', () => {
  it('tells type, bounds, default and meaning', () => {
    const schema = z.strictObject({
      temperature: z.number().positive().default(4).describe('Softens.'),
      layers: z.int().min(1).max(12).optional(),
      folder: z.string(),
    });
    expect(rows(schema)).toEqual([
      ['temperature', 'number > 0', '4', 'Softens.'],
      ['layers', 'integer ≥ 1 and ≤ 12', '–', ''],
      ['folder', 'string', 'required', ''],
    ]);
  });

  it('writes choices, lists, unions and nested settings as a recipe would', () => {
    const schema = z.strictObject({
      reduce: z.enum(['sum', 'mean']).default('sum'),
      layers: z.array(z.int()).optional(),
      start: z.union([z.literal('random'), z.strictObject({ folder: z.string() })]),
      cache: z.strictObject({ budget: z.number() }).optional(),
    });
    expect(rows(schema)).toEqual([
      ['reduce', 'sum | mean', '"sum"', ''],
      ['layers', 'list of integer', '–', ''],
      ['start', 'random | { folder }', 'required', ''],
      ['start.folder', 'string', 'required there', ''],
      ['cache', '{ budget }', '–', ''],
      ['cache.budget', 'number', 'required there', ''],
    ]);
  });

  it('looks into unions of unions, and tells their forms apart', () => {
    const rule = z.discriminatedUnion('use', [
      z.strictObject({ use: z.literal('linear'), from: z.number() }),
      z.strictObject({ use: z.literal('fixed') }),
    ]);
    expect(rows(z.strictObject({ rate: z.union([z.number(), rule]).default(1) }))).toEqual([
      ['rate', 'number | { use: linear, from } | { use: fixed }', '1', ''],
      ['rate.use', 'linear', 'required there', ''],
      ['rate.from', 'number', 'required there', ''],
      ['rate.use', 'fixed', 'required there', ''],
    ]);
  });
});
