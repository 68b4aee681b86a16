import { describe, expect, it } from '@jest/globals';
import { DistillerError, type LayerPair, type Matching } from '@distiller/core';
import { failingChecks } from './failing-checks.js';
import { matchingChecks } from './matching-checks.js';

/** A correct matching: layer j learns from layer j. */
const identity: Matching = {
  pairs(feature, n, m) {
    if (n > m) throw new DistillerError('config', `${n} layers can't learn from ${m}`);
    const count = feature === 'hidden' ? n + 1 : n;
    return Array.from({ length: count }, (_, j) => ({ student: j, teacher: j, weight: 1 }));
  },
};

const failures = (change: (pairs: readonly LayerPair[], m: number) => readonly LayerPair[]) =>
  failingChecks(matchingChecks, {
    pairs: (feature, n, m) => change(identity.pairs(feature, n, m), m),
  });

describe('matchingChecks', () => {
  it('passes a correct matching', async () => {
    expect(await failingChecks(matchingChecks, identity)).toEqual([]);
  });

  it('finds layers that do not exist, no pairs and pairs that come twice', async () => {
    const broken = ['pairs layers that exist, each pair once'];
    expect(
      await failures((pairs, m) => pairs.map((pair) => ({ ...pair, teacher: pair.teacher + m }))),
    ).toEqual(broken);
    expect(
      await failures((pairs) => pairs.map((pair) => ({ ...pair, student: pair.student - 1 }))),
    ).toEqual(broken);
    expect(await failures(() => [])).toEqual(broken);
    expect(await failures((pairs) => [...pairs, ...pairs.slice(-1)])).toEqual(broken);
  });

  it('finds layers that cross', async () => {
    const crossed = (pairs: readonly LayerPair[]) =>
      pairs.map((pair, j) => ({ ...pair, teacher: pairs.length - 1 - j }));
    expect(await failures(crossed)).toEqual([
      'never gives a deeper student layer a shallower teacher layer',
    ]);
  });

  it('finds a weight that is no weight', async () => {
    for (const weight of [NaN, Infinity, -1]) {
      expect(await failures((pairs) => pairs.map((pair) => ({ ...pair, weight })))).toEqual([
        'gives every pair a finite weight of at least 0',
      ]);
    }
  });

  it('finds answers that change', async () => {
    let calls = 0;
    expect(
      await failures((pairs) => pairs.map((pair) => ({ ...pair, weight: (calls += 1) }))),
    ).toEqual(['answers the same every time']);
  });

  it('finds a deeper student that is let through, a wrong code and a message without depths', async () => {
    const deeper = (refuse: () => void): Matching => ({
      pairs(feature, n, m) {
        if (n > m) refuse();
        return identity.pairs(feature, Math.min(n, m), m);
      },
    });
    const broken = ['refuses a student deeper than its teacher, naming both depths'];
    const raise = (error: Error) => () => { throw error; }; // prettier-ignore
    expect(
      await failingChecks(
        matchingChecks,
        deeper(() => undefined),
      ),
    ).toEqual(broken);
    expect(await failingChecks(matchingChecks, deeper(raise(new Error('7 and 5'))))).toEqual(
      broken,
    );
    expect(
      await failingChecks(matchingChecks, deeper(raise(new DistillerError('config', 'too deep')))),
    ).toEqual(broken);
  });
});
