import fc from 'fast-check';
import { CANONICAL_SPACE } from '../space/canonical-space.js';
import type { Configuration } from '../space.js';
import { defineSearchSpace } from '../space/define-search-space.js';
import { configurationKey } from '../space/configuration-key.js';
import { spaceSize } from '../space/space-size.js';
import { finiteSpaces, MIXED } from '../space/spaces.fixture.js';
import { validateConfiguration } from '../space/validate-configuration.js';
import { createSampler } from './create-sampler.js';
import { toyStudy } from './toy-study.fixture.js';

const SAMPLERS = ['grid', 'random', 'quasi-random', 'tpe', 'nsga-ii'] as const;

describe.each(SAMPLERS)('sampler %s', (use) => {
  const sampler = createSampler(use === 'grid' ? { use, floatPoints: 3 } : { use });
  const states = ['complete', 'complete', 'pruned', 'failed'] as const;

  it('has its name', () => {
    expect(sampler.name).toBe(use);
  });

  it('proposes configurations of the space that are not excluded', () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1, max: 5 }), (seed, concurrency) => {
        const state = (number: number) => states[number % 4] ?? 'complete';
        const study = { space: MIXED, seed, concurrency, trials: 40, state };
        for (const { configuration } of toyStudy(sampler, study))
          validateConfiguration(MIXED, configuration);
      }),
      { numRuns: 8 },
    );
  });

  it('proposes the same again', () => {
    const study = { space: MIXED, trials: 30, seed: 3, concurrency: 2 };
    const trials = toyStudy(sampler, study);
    expect(toyStudy(sampler, study)).toEqual(trials);
    const shown = trials.slice(0, 20);
    const request = {
      space: MIXED,
      objectives: [{ name: 'loss', direction: 'minimise' as const }],
      number: 21,
      trials: shown,
      seed: 3,
    };
    const proposal = sampler.propose(request);
    expect(sampler.propose({ ...request, trials: [...shown].reverse() })).toEqual(proposal);
  });

  it('proposes other configurations with another seed', () => {
    const keys = (seed: number) =>
      toyStudy(sampler, { space: CANONICAL_SPACE, trials: 12, seed })
        .map(({ configuration }) => configurationKey(configuration))
        .join();
    expect(keys(1)).not.toBe(keys(2));
  });

  it('visits every configuration of a finite space before it repeats one', () => {
    fc.assert(
      fc.property(finiteSpaces, fc.nat(), (space, seed) => {
        const size = spaceSize(space);
        fc.pre(size <= 60);
        const trials = toyStudy(sampler, { space, seed, trials: size + 3, concurrency: 3 });
        const keys = trials.map(({ configuration }) => configurationKey(configuration));
        expect(new Set(keys.slice(0, size)).size).toBe(size);
      }),
      { numRuns: 8 },
    );
  });
});

describe('sampler grid', () => {
  it('keeps the order of the grid without shuffling, and starts again', () => {
    const sampler = createSampler({ use: 'grid', shuffle: false });
    const trials = toyStudy(sampler, { space: CANONICAL_SPACE, trials: 2 });
    const first = { loss: 'ce', map: 'skip', kd: 'ce', mixup: false, augmentation: 'none' };
    expect(trials[0]?.configuration).toEqual(first);
    const request = { space: CANONICAL_SPACE, objectives: [], trials: [], seed: 1 };
    expect(sampler.propose({ ...request, number: 4968 })).toEqual(first);
  });
});

describe('sampler list', () => {
  const space = defineSearchSpace({
    parameters: [
      { name: 'loss', kind: 'categorical', values: ['mse', 'mi'] },
      { name: 'alpha', kind: 'ordered', values: [0, 1], when: [{ parameter: 'loss', in: ['mi'] }] },
    ],
  });
  const propose = (configurations: Configuration[], number: number) =>
    createSampler({ use: 'list', configurations }).propose({
      space,
      objectives: [{ name: 'score', direction: 'maximise' }],
      number,
      trials: [],
      seed: 1,
    });

  it('proposes what it is given, in the order of the list and of the space, then again', () => {
    const listed = [{ loss: 'mse' }, { alpha: 1, loss: 'mi' }];
    expect(propose(listed, 0)).toEqual({ loss: 'mse' });
    expect(Object.keys(propose(listed, 1))).toEqual(['loss', 'alpha']);
    expect(propose(listed, 2)).toEqual({ loss: 'mse' });
  });

  it('refuses what is no point of the space', () => {
    expect(() => propose([{ loss: 'mse' }, { loss: 'mi' }], 1)).toThrow(
      'sampler.configurations.1 has a problem:\n  alpha: is missing',
    );
  });
});

describe('createSampler', () => {
  it('lists the problems of its settings', () => {
    expect(() => createSampler({ use: 'random', distnct: true } as never)).toThrow(
      'unknown setting "distnct". Did you mean "distinct"?',
    );
    expect(() => createSampler({ use: 'annealing' } as never)).toThrow('sampler has a problem');
  });
});
