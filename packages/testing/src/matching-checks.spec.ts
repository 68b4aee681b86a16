import { describe, expect, it } from '@jest/globals';
import {
  DistillerError,
  type HostTensor,
  type HostTensors,
  type LayerPair,
  type Matching,
  type PairWeighting,
} from '@distiller/core';
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
    matching: { pairs: (feature, n, m) => change(identity.pairs(feature, n, m), m) },
  });

/** A correct weighting: the mean of the losses seen, for every pair. */
class Counting implements PairWeighting {
  readonly losses = 'own';
  private seen: Float32Array;

  constructor(
    count: number,
    private readonly change: Partial<PairWeighting>,
  ) {
    this.seen = new Float32Array(count);
  }

  weigh(losses: Float32Array): Float32Array {
    return this.change.weigh?.(losses) ?? this.seen.slice();
  }

  update(losses: Float32Array): void {
    this.seen = this.seen.map((value, i) => value + Math.abs(losses[i] as number));
  }

  snapshot(): HostTensors {
    const seen: HostTensor = {
      dtype: 'float32',
      shape: [this.seen.length],
      data: this.seen.slice(),
    };
    return { seen };
  }

  restore(state: HostTensors): void {
    if (this.change.restore) return this.change.restore(state);
    this.seen = Float32Array.from((state['seen'] as HostTensor).data);
  }
}

describe('matchingChecks', () => {
  it('passes a correct matching', async () => {
    expect(await failingChecks(matchingChecks, { matching: identity })).toEqual([]);
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
      'never gives a deeper student layer shallower teacher layers only',
    ]);
    const matching: Matching = { pairs: (...args) => crossed(identity.pairs(...args)) };
    expect(await failingChecks(matchingChecks, { matching, mayCross: true })).toEqual([]);
  });

  it('finds a weight that is no weight', async () => {
    for (const weight of [NaN, Infinity, -1]) {
      expect(await failures((pairs) => pairs.map((pair) => ({ ...pair, weight })))).toEqual([
        'gives every pair a finite weight of at least 0',
      ]);
    }
  });

  it('finds a weighting whose weights are none, or differ from call to call, and a state that is lost', async () => {
    const weighed = (change: Partial<PairWeighting>): Matching => ({
      ...identity,
      weighting: (pairs) => new Counting(pairs.length, change),
    });
    expect(await failingChecks(matchingChecks, { matching: weighed({}) })).toEqual([]);
    const broken =
      'weighs pairs by finite weights of at least 0, one each, that depend on losses and state alone';
    let calls = 0;
    for (const weigh of [
      (losses: Float32Array) => losses.map(() => -1),
      (losses: Float32Array) => losses.subarray(1),
      (losses: Float32Array) => losses.map(() => (calls += 1)),
    ]) {
      expect(await failingChecks(matchingChecks, { matching: weighed({ weigh }) })).toContain(
        broken,
      );
    }
    expect(
      await failingChecks(matchingChecks, { matching: weighed({ restore: () => undefined }) }),
    ).toEqual(['continues from a snapshot of its weighting with the same weights']);
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
    expect(await failingChecks(matchingChecks, { matching: deeper(() => undefined) })).toEqual(
      broken,
    );
    expect(
      await failingChecks(matchingChecks, { matching: deeper(raise(new Error('7 and 5'))) }),
    ).toEqual(broken);
    expect(
      await failingChecks(matchingChecks, {
        matching: deeper(raise(new DistillerError('config', 'too deep'))),
      }),
    ).toEqual(broken);
  });
});
