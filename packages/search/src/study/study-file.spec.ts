import { describe, expect, it } from '@jest/globals';
import { validateRecipe } from '@distiller/core';
import { STUDY } from './study-file.js';

const SMALL = {
  recipe: {},
  space: { parameters: [{ name: 'loss', kind: 'categorical', values: ['none', 'mse'] }] },
  trials: 3,
};
const check = (changes: object) => validateRecipe(STUDY, { ...SMALL, ...changes }, 'The study');

describe('STUDY', () => {
  it('fills in what is left out', () => {
    expect(check({})).toEqual({
      ...SMALL,
      name: 'study',
      seed: 1,
      objectives: [{ name: 'score', direction: 'maximise' }],
      patches: {},
      sampler: { use: 'random', distinct: true },
      pruner: { use: 'none' },
      seeds: [1],
      retries: 2,
      signals: 'cache',
    });
  });

  it.each<[string, object, RegExp]>([
    ['a pruner without lengths', { pruner: { use: 'asha' } }, /pruner: asha needs a `budget`/],
    [
      'a pruner whose first objective is no score',
      {
        pruner: { use: 'median' },
        budget: { min: 1, max: 3 },
        objectives: [{ name: 'bytes', direction: 'minimise' }],
      },
      /pruner: median compares trials .* must be a score of the task \(given "bytes"\)/,
    ],
    [
      'lengths that are none',
      { budget: { min: 3, max: 3 } },
      /budget\.max: must be above min, which is 3/,
    ],
    [
      'half an epoch',
      { budget: { min: 0.5, max: 3 } },
      /budget\.min: training\.epochs are compared after whole numbers/,
    ],
    [
      'patches of an unknown parameter',
      { patches: { los: {} } },
      /patches\.los: is no parameter of the space\. Did you mean "loss"/,
    ],
    [
      'patches of a parameter that names its setting',
      {
        space: {
          parameters: [
            { name: 'loss', kind: 'categorical', values: ['mse'], setting: 'intermediate.0.use' },
          ],
        },
        patches: { loss: { mse: {} } },
      },
      /patches\.loss: sets intermediate\.0\.use; leave out one of the two/,
    ],
    [
      'a listed configuration that is none',
      { sampler: { use: 'list', configurations: [{ loss: 'mse' }, { loss: 'mi' }] } },
      /sampler\.configurations\.1: it has a problem:\s+loss: .*"mi"/,
    ],
    ['a seed twice', { seeds: [1, 1] }, /seeds: has the same one twice/],
    ['an unknown key', { trial: 3 }, /unknown setting "trial"\. Did you mean "trials"/],
  ])('refuses %s', (_, changes, message) => {
    expect(() => check(changes)).toThrow(message);
  });
});
