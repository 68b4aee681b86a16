import { describe, expect, it } from '@jest/globals';
import { kindsFirst } from '../recommend/kinds-first.js';
import { oracleScores } from './random-choice.js';
import { meanScores, placesWithin, scoreRanking, spearman } from './ranking.js';

describe('scoreRanking', () => {
  it('is what counting gives', () => {
    const observed = [0.5, 0.9, 0.7, 0.8, 0.6, 0.4, 0.3];
    const predicted = [7, 1, 6, 5, 4, 3, 2]; // the best comes last
    const { regret, lift } = scoreRanking({ predicted, observed });
    expect(regret[1]).toBeCloseTo(0.4, 12);
    expect(regret[5]).toBeCloseTo(0.1, 12); // .5 .7 .8 .6 .4
    expect(regret[10]).toBe(0);
    expect(lift).toBeCloseTo(0.6 - 4.2 / 7, 12);
  });

  it('takes the first of equal predictions', () => {
    expect(scoreRanking({ predicted: [1, 1], observed: [0, 1] }).regret[1]).toBe(1);
  });

  it('judges another order where pipelines are named in one', () => {
    // By prediction .5 .4 .3 .2 .1 .9; the first of each kind is .5, then .9.
    const losses = ['a', 'a', 'a', 'a', 'a', 'b'];
    const ranked = { predicted: [6, 5, 4, 3, 2, 1], observed: [0.5, 0.4, 0.3, 0.2, 0.1, 0.9] };
    const named = scoreRanking(ranked, (order) =>
      kindsFirst(order, (i) => ({ loss: losses[i] as string })),
    );
    expect(scoreRanking(ranked).regret[5]).toBeCloseTo(0.4, 12);
    expect(named.regret).toEqual({ 1: expect.closeTo(0.4, 12), 5: 0, 10: 0 });
    expect(named.lift).toBeCloseTo((0.5 + 0.9 + 0.4 + 0.3 + 0.2) / 5 - 0.4, 12);
    expect(named.spearman).toBe(scoreRanking(ranked).spearman);
  });
});

describe('spearman', () => {
  it('shares mean ranks and is 0 for constants', () => {
    // Ranks 1, 2½, 2½, 4 and 1, 2, 3, 4: 4.5 / √(4.5 · 5).
    expect(spearman([1, 2, 2, 3], [1, 2, 3, 4])).toBeCloseTo(4.5 / Math.sqrt(22.5), 12);
    expect(spearman([1, 1, 1], [1, 2, 3])).toBe(0);
  });
});

describe('placesWithin', () => {
  it('ranks within groups, equal values alike', () => {
    const places = placesWithin([3, 1, 3, 10, 2], ['a', 'a', 'a', 'b', 'a']);
    expect([...places]).toEqual([0.75, 0.125, 0.75, 0.5, 0.375]);
  });
});

describe('meanScores', () => {
  it('counts every task the same', () => {
    const perfect = scoreRanking({ predicted: [1, 2], observed: [1, 2] });
    const wrong = scoreRanking({ predicted: [2, 1], observed: [1, 2] });
    const { spearman: correlation, regret } = meanScores([perfect, wrong]);
    expect([correlation, regret[1]]).toEqual([0, 0.5]);
  });
});

describe('oracleScores', () => {
  it('misses nothing without noise, and something with it', () => {
    const values = [0.1, 0.2, 0.3, 0.4];
    expect(oracleScores(values, 0).regret[1]).toBe(0);
    const noisy = oracleScores(values, 0.08).regret[1];
    expect(noisy).toBeGreaterThan(0.005);
    expect(noisy).toBeLessThan(0.2);
  });
});
