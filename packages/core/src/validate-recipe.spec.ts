import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { validateRecipe } from './validate-recipe.js';

const schema = z.strictObject({
  training: z.strictObject({
    epochs: z.number().int().positive().default(3),
    batch: z.number().default(32),
  }),
  schedule: z.enum(['linear', 'cosine', 'constant']).default('linear'),
  layers: z.union([z.literal('all'), z.array(z.number())]).optional(),
});

function problems(raw: unknown): string[] {
  try {
    validateRecipe(schema, raw, 'recipe.yaml');
  } catch (error) {
    return (error as Error).message.split('\n');
  }
  return [];
}

describe('validateRecipe', () => {
  it('fills in defaults and leaves what it was given alone', () => {
    const raw = { training: { epochs: 5 } };
    expect(validateRecipe(schema, raw, 'recipe.yaml')).toEqual({
      training: { epochs: 5, batch: 32 },
      schedule: 'linear',
    });
    expect(raw).toEqual({ training: { epochs: 5 } });
  });

  it('lists all problems with their paths, what was given and a suggestion', () => {
    const raw = {
      training: { epocs: 3, epochs: 'three', batch: null },
      schedule: 'linnear',
      layers: 3,
      extra: 1,
    };
    expect(problems(raw)).toEqual([
      'recipe.yaml has 6 problems:',
      '  training.epochs: Invalid input: expected number, received string (given "three")',
      '  training.batch: Invalid input: expected number, received null (given null)',
      '  training: unknown setting "epocs". Did you mean "epochs"? Known: epochs, batch.',
      '  schedule: "linnear" is not one of the choices. Did you mean "linear"? Known: linear, cosine, constant.',
      '  layers: fits none of its forms: Invalid input: expected "all"; or Invalid input: expected array, received number (given 3)',
      '  (top level): unknown setting "extra". Known: training, schedule, layers.',
    ]);
  });

  it('tells what is missing', () => {
    expect(problems({})).toEqual([
      'recipe.yaml has a problem:',
      '  training: is missing; expected object',
    ]);
    expect(problems(undefined)).toEqual([
      'recipe.yaml has a problem:',
      '  (top level): is missing; expected object',
    ]);
  });

  it('names the place inside a form of a union', () => {
    const union = z.strictObject({ a: z.union([z.string(), z.strictObject({ b: z.number() })]) });
    expect(() => validateRecipe(union, { a: { b: 'x' } }, 'r')).toThrow(
      '  a: fits none of its forms: Invalid input: expected string, received object; or b: Invalid input: expected number, received string',
    );
  });

  it('throws with the code that is asked for', () => {
    expect(() => validateRecipe(z.number(), 'x', 'r')).toThrow(
      expect.objectContaining({ code: 'config' }),
    );
    expect(() => validateRecipe(z.number(), 'x', 'r', 'plugin')).toThrow(
      expect.objectContaining({ code: 'plugin' }),
    );
  });
});
