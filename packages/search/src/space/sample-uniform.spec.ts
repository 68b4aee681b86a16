import { createRng } from '@distiller/core';
import { defineSearchSpace } from './define-search-space.js';
import { sampleUniform } from './sample-uniform.js';
import { MIXED } from './spaces.fixture.js';

describe('sampleUniform', () => {
  const rng = createRng(1);
  const samples = Array.from({ length: 2000 }, () => sampleUniform(MIXED, rng));
  /** Share of the samples, which has a standard error of at most 0.012. */
  const share = (test: (sample: (typeof samples)[number]) => boolean) =>
    samples.filter(test).length / samples.length;

  it('is uniform in the values and in the logarithm', () => {
    expect(share(({ depth }) => depth === 3)).toBeCloseTo(1 / 4, 1);
    expect(share(({ rate }) => (rate as number) < 1e-4)).toBeCloseTo(1 / 3, 1);
    // Of the six pairs of loss and mixup one is excluded.
    expect(share(({ mixup }) => mixup === true)).toBeCloseTo(2 / 5, 1);
  });

  it('leaves inactive parameters out', () => {
    for (const sample of samples) expect('alpha' in sample).toBe(sample.loss === 'mi');
  });

  it('gives up when nearly everything is excluded', () => {
    const space = defineSearchSpace({
      parameters: [
        { name: 'n', kind: 'integer', low: 1, high: 1e9 },
        {
          name: 'use',
          kind: 'categorical',
          values: ['a', 'b'],
          when: [{ parameter: 'n', in: [1] }],
        },
        { name: 'p', kind: 'categorical', values: ['c'], when: [{ parameter: 'use', in: ['a'] }] },
      ],
    });
    // Only n = 1 and use = "a" give a p, so everything else is excluded by asking for it.
    const narrow = { ...space, exclusions: [{ where: [], reason: 'of a test' }] };
    expect(() => sampleUniform(narrow, createRng(1))).toThrow(
      'excludes 10000 random configurations in a row',
    );
  });
});
