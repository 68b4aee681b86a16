import { describe, expect, it } from '@jest/globals';
import type { PairWeighting } from '@distiller/core';
import { matchingChecks } from '@distiller/testing';
import { emd, type EmdOptions } from './emd.js';

function weightingOf(options: EmdOptions, n: number, m: number, feature: 'hidden' | 'attentions') {
  const matching = emd(options);
  return matching.weighting?.(matching.pairs(feature, n, m), feature) as PairWeighting;
}

describe('emd', () => {
  describe.each(matchingChecks.map((check) => [check.name, check] as const))('%s', (_, check) => {
    it.each([{}, { costAttention: false, losses: 'previous' as const }])(
      'with %j',
      (options) =>
      check.run({ matching: emd(options), depths: [[2, 3], [4, 12], [3, 3]] }), // prettier-ignore
    );
  });

  it('pairs every layer with every layer, and embeddings with embeddings', () => {
    const pairs = emd().pairs('hidden', 2, 3);
    expect(pairs[0]).toEqual({ student: 0, teacher: 0, weight: 1 });
    expect(pairs.slice(1).map(({ student, teacher }) => [student, teacher])).toEqual(
      [1, 2].flatMap((student) => [1, 2, 3].map((teacher) => [student, teacher])),
    );
    expect(emd().pairs('attentions', 2, 3)).toHaveLength(6);
  });

  it('weighs the pairs by the cheapest transport, the embeddings by 1', () => {
    const weighting = weightingOf({}, 2, 3, 'hidden');
    const weights = weighting.weigh(Float32Array.of(9, 0.2, 0.9, 0.5, 0.7, 0.1, 0.6));
    [1, 1 / 3, 0, 1 / 6, 0, 1 / 3, 1 / 6].forEach((weight, k) =>
      expect(weights[k]).toBeCloseTo(weight, 6),
    );
  });

  it('moves the shares of the layers from step to step, unless told not to', () => {
    const losses = Float32Array.of(0.2, 0.9, 0.5, 0.7, 0.1, 0.6);
    const weighting = weightingOf({}, 2, 3, 'attentions');
    weighting.update(losses);
    const { student, teacher } = weighting.snapshot();
    expect(student?.data[0]).toBeCloseTo(0.44124493, 6);
    expect(teacher?.data[1]).toBeCloseTo(0.98500961, 6);
    // The next flow has these marginals.
    const weights = weighting.weigh(losses);
    expect((weights[0] ?? 0) + (weights[1] ?? 0) + (weights[2] ?? 0)).toBeCloseTo(0.44124493, 6);

    const still = weightingOf({ costAttention: false }, 2, 3, 'attentions');
    still.update(losses);
    expect(still.snapshot()['student']?.data[0]).toBe(0.5);
  });

  it('takes negative losses, as bounds on information are', () => {
    const losses = Float32Array.of(0.2, 0.9, 0.5, 0.7, 0.1, 0.6);
    const weights = weightingOf({}, 2, 3, 'attentions').weigh(losses);
    const negative = weightingOf({}, 2, 3, 'attentions').weigh(losses.map((loss) => loss - 2));
    negative.forEach((weight, k) => expect(weight).toBeCloseTo(weights[k] as number, 6));
  });
});
