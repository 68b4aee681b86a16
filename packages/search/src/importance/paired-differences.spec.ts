import { describe, expect, it } from '@jest/globals';
import type { SearchSpace } from '../space.js';
import { pairedDifferences } from './paired-differences.js';
import type { ScoredTrial } from './scored-trial.js';

const SPACE: SearchSpace = {
  parameters: [
    { kind: 'categorical', name: 'aug', values: ['none', 'words'] },
    {
      kind: 'ordered',
      name: 'share',
      values: [0.1, 0.3],
      when: [{ parameter: 'aug', in: ['words'] }],
    },
    { kind: 'categorical', name: 'loss', values: ['mse', 'mi'] },
    { kind: 'float', name: 'rate', low: 0, high: 1 },
  ],
};

function trial(
  score: number,
  aug: string,
  loss: string,
  more: Partial<ScoredTrial> = {},
  rate = 0.5,
): ScoredTrial {
  const [name, share] = aug.split('/') as [string, string?];
  const configuration = { aug: name, loss, rate, ...(share && { share: Number(share) }) };
  return { configuration, score, ...more };
}

describe('pairedDifferences', () => {
  it('compares trials that are equal in everything else', () => {
    const result = pairedDifferences(
      SPACE,
      [
        trial(0.5, 'none', 'mse'),
        trial(0.6, 'none', 'mi'),
        trial(0.7, 'words/0.1', 'mse'),
        trial(0.7, 'words/0.1', 'mi'),
        trial(0.9, 'words/0.3', 'mi'),
        trial(0.1, 'none', 'mi', {}, 0.4), // no partner at this rate
      ],
      { factor: 'aug' },
    );
    // Differences of words/0.1: 0.2 and 0.1. Mean 0.15, s = 0.0707, standard error 0.05; t₁ = 12.7062.
    expect(result).toEqual({
      factor: 'aug×share',
      reference: 'none',
      confidence: 0.95,
      levels: [
        {
          level: 'words/0.1',
          pairs: 2,
          mean: expect.closeTo(0.15, 12),
          interval: [
            expect.closeTo(0.15 - 0.05 * 12.7062047362, 8),
            expect.closeTo(0.15 + 0.05 * 12.7062047362, 8),
          ],
        },
        { level: 'words/0.3', pairs: 1, mean: expect.closeTo(0.3, 12) },
      ],
    });
  });

  it('averages trials that are equal in all', () => {
    const { levels } = pairedDifferences(
      SPACE,
      [trial(0, 'none', 'mse'), trial(1, 'none', 'mse'), trial(2, 'words/0.1', 'mse')],
      { factor: 'aug', reference: 'none' },
    );
    expect(levels).toEqual([
      { level: 'words/0.1', pairs: 1, mean: 1.5 },
      { level: 'words/0.3', pairs: 0 },
    ]);
  });

  it('pairs within a task and a repetition', () => {
    const trials = [
      trial(0, 'none', 'mse', { task: 'rte', repetition: '1' }),
      trial(1, 'words/0.1', 'mse', { task: 'rte', repetition: '2' }),
      trial(1, 'words/0.1', 'mse', { task: 'cola', repetition: '1' }),
    ];
    const { levels } = pairedDifferences(SPACE, trials, { factor: 'aug', reference: 'none' });
    expect(levels.map(({ pairs }) => pairs)).toEqual([0, 0]);
  });

  it('compares with the level that has the most trials unless told', () => {
    const trials = [trial(0, 'none', 'mi'), trial(0, 'none', 'mse'), trial(1, 'none', 'mi')];
    expect(pairedDifferences(SPACE, trials, { factor: 'loss' }).reference).toBe('mi');
    const { reference, levels } = pairedDifferences(SPACE, trials, {
      factor: 'loss',
      reference: 'mse',
    });
    expect([reference, levels[0]]).toEqual(['mse', { level: 'mi', pairs: 1, mean: 0.5 }]);
  });

  it.each([
    [{ factor: 'lss' }, 'There is no factor "lss". Did you mean "loss"?'],
    [{ factor: 'loss', reference: 'm' }, 'Factor "loss" has no level "m". '],
    [{ factor: 'rate' }, '"rate" is an interval of numbers, so it has no levels to compare.'],
    [{ factor: 'loss', confidence: 95 }, '"confidence" is 95; expected a number between 0 and 1.'],
  ])('refuses %j', (options, message) => {
    expect(() => pairedDifferences(SPACE, [trial(0, 'none', 'mi')], options)).toThrow(message);
  });
});
