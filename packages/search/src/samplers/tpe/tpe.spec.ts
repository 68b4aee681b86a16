import { CANONICAL_SPACE } from '../../space/canonical-space.js';
import { configurationKey } from '../../space/configuration-key.js';
import { defineSearchSpace } from '../../space/define-search-space.js';
import { MIXED } from '../../space/spaces.fixture.js';
import type { StudyObjective, Trial } from '../../trial.js';
import { createSampler } from '../create-sampler.js';
import { toyStudy } from '../toy-study.fixture.js';
import { parameterGroups } from './parameter-groups.js';
import { rankedTrials } from './split-trials.js';

const SCORE: StudyObjective[] = [{ name: 'score', direction: 'maximise' }];
const base = { configuration: {}, reports: [] };
const numbers = (trials: readonly Trial[]) => trials.map(({ number }) => number);

describe('parameterGroups', () => {
  it('puts together what has the same conditions', () => {
    const names = parameterGroups(MIXED).map((group) => group.map(({ name }) => name));
    expect(names).toEqual([['loss', 'rate', 'depth', 'mixup'], ['alpha'], ['critic'], ['dropout']]);
  });
});

describe('rankedTrials', () => {
  it('has complete trials by value, then pruned ones by how far they got', () => {
    const trials: Trial[] = [
      { ...base, number: 0, state: 'complete', values: [0.5] },
      { ...base, number: 1, state: 'pruned', reports: [{ budget: 1, value: 0.9 }] },
      { ...base, number: 2, state: 'complete', values: [0.7] },
      { ...base, number: 3, state: 'pruned', reports: [1, 3].map((budget) => ({ budget, value: 0.1 })) }, // prettier-ignore
      { ...base, number: 4, state: 'pruned', reports: [{ budget: 1, value: 0.95 }] },
      { ...base, number: 5, state: 'failed' },
      { ...base, number: 6, state: 'running' },
      { ...base, number: 7, state: 'complete', values: [NaN] },
      { ...base, number: 8, state: 'pruned' },
    ];
    expect(numbers(rankedTrials(trials, SCORE))).toEqual([2, 0, 3, 4, 1]);
  });

  it('has several objectives by front, then by crowding', () => {
    const objectives = [...SCORE, { name: 'bytes', direction: 'minimise' as const }];
    // Front 0: 0, 1, 2, 4 (on a line; 1 has more room than 4); front 1: 3.
    const values = [[0.9, 90], [0.6, 45], [0.1, 10], [0.05, 95], [0.7, 60]]; // prettier-ignore
    const trials = values.map((v, number): Trial => ({ ...base, number, state: 'complete', values: v })); // prettier-ignore
    expect(numbers(rankedTrials(trials, objectives))).toEqual([0, 2, 1, 4, 3]);
  });
});

describe('sampler tpe', () => {
  const request = { space: CANONICAL_SPACE, objectives: SCORE, number: 40, seed: 1 };
  /** Trials that are good exactly where the loss is mutual information with α 0.9 and the mapping is skip. */
  const taught = toyStudy(createSampler({ use: 'random' }), {
    space: CANONICAL_SPACE,
    objectives: SCORE,
    trials: 400,
    values: ({ loss, alpha, map }) => [
      (loss === 'mi' ? 1 : 0) + (alpha === 0.9 ? 1 : 0) + (map === 'skip' ? 1 : 0),
    ],
  });

  it('proposes what is good, conditional parameters included', () => {
    const proposals = Array.from({ length: 20 }, (_, i) =>
      createSampler({ use: 'tpe' }).propose({ ...request, number: 400 + i, trials: taught }),
    );
    const share = (test: (one: (typeof proposals)[number]) => boolean) =>
      proposals.filter(test).length / proposals.length;
    expect(share(({ loss }) => loss === 'mi')).toBeGreaterThan(0.8); // at random 0.2
    expect(share(({ alpha }) => alpha === 0.9)).toBeGreaterThan(0.6); // at random 0.04
    expect(share(({ map }) => map === 'skip')).toBeGreaterThan(0.8); // at random 0.33
  });

  it('finds a better optimum of a smooth function than random trials, over six seeds', () => {
    const best = (use: 'tpe' | 'random') => {
      const bests = Array.from({ length: 6 }, (_, seed) => {
        const trials = toyStudy(createSampler({ use }), { space: MIXED, trials: 50, seed });
        return Math.min(...trials.map(({ values }) => values?.[0] as number));
      });
      return bests.reduce((a, b) => a + b) / bests.length;
    };
    expect(best('tpe')).toBeLessThan(best('random'));
  });

  it('is random until enough trials have taught something', () => {
    const sampler = createSampler({ use: 'tpe', startupTrials: 5 });
    const trials = taught.slice(0, 4);
    const failed = taught.slice(4, 8).map((trial): Trial => ({ ...trial, state: 'failed' }));
    const random = createSampler({ use: 'random' }).propose({ ...request, trials: [] });
    expect(sampler.propose({ ...request, trials: [...trials, ...failed] })).toEqual(random);
    expect(sampler.propose({ ...request, trials: taught.slice(0, 5) })).not.toEqual(random);
  });

  it('learns from pruned trials', () => {
    const sampler = createSampler({ use: 'tpe', startupTrials: 5 });
    const pruned = taught.slice(0, 40).map(({ number, configuration, reports }): Trial => {
      return { number, configuration, reports, state: 'pruned' };
    });
    const blind = pruned.map((trial): Trial => ({ ...trial, reports: [] }));
    expect(sampler.propose({ ...request, trials: pruned })).not.toEqual(
      sampler.propose({ ...request, trials: blind }),
    );
  });

  it('avoids the configurations of running trials', () => {
    const sampler = createSampler({ use: 'tpe' });
    const proposal = sampler.propose({ ...request, number: 400, trials: taught });
    const running: Trial = { ...base, number: 400, configuration: proposal, state: 'running' };
    // The same number again, so that the same candidates are drawn.
    const other = sampler.propose({ ...request, number: 400, trials: [...taught, running] });
    expect(configurationKey(other)).not.toBe(configurationKey(proposal));
  });

  it('repeats itself where it may', () => {
    const space = defineSearchSpace({
      parameters: [{ name: 'use', kind: 'categorical', values: ['a', 'b', 'c'] }],
    });
    const values = ({ use }: Trial['configuration']) => [use === 'a' ? 0 : 1];
    const sampler = createSampler({ use: 'tpe', distinct: false, startupTrials: 4 });
    const trials = toyStudy(sampler, { space, trials: 20, values });
    expect(trials.filter(({ configuration }) => configuration.use === 'a').length).toBeGreaterThan(
      9,
    );
  });
});
