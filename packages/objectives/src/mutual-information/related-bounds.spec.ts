import { describe, expect, it } from '@jest/globals';
import type * as tf from '@tensorflow/tfjs';
import { contrastiveLoss } from './crd.js';
import { donskerVaradhan } from './donsker-varadhan.js';
import { GOLDEN_SCORES, gradientsOf, largestDifference, valueOf } from './golden-scores.fixture.js';
import { infoNce } from './info-nce.js';
import { jensenShannonBound, jensenShannonInformation } from './jensen-shannon-mi.js';
import { nwj } from './nwj.js';
import { tuba } from './tuba.js';

type Bound = (scores: tf.Tensor2D, baseline: tf.Tensor1D) => tf.Scalar;
const crd: Bound = (scores) => contrastiveLoss(scores, 1);
const ALL: readonly [string, Bound][] = [
  ['InfoNCE', infoNce],
  ['TUBA', tuba],
  ['NWJ', nwj],
  ['Donsker–Varadhan', donskerVaradhan],
  ['Jensen–Shannon', jensenShannonBound],
  ['Jensen–Shannon information', jensenShannonInformation],
  ['CRD', crd],
];

describe('bounds on mutual information', () => {
  // F_ij = 2 sin(1 + 3i + 5j) + 1.5 [i = j], b_i = 0.3 cos i; worked out in float64.
  it.each<[string, Bound, number]>([
    ['InfoNCE', infoNce, 0.33233366],
    ['TUBA', tuba, 0.24423321],
    ['NWJ', nwj, 0.8026959],
    ['Donsker–Varadhan', donskerVaradhan, 0.83194652],
    ['Jensen–Shannon', jensenShannonBound, -1.20618132],
  ])('%s has its golden value', (_, bound, expected) => {
    expect(valueOf(bound)).toBeCloseTo(expected, 6);
  });

  it('match values worked out by hand', () => {
    // F = [[log 3, 0], [0, log 3]]
    const scores = [[Math.log(3), 0], [0, Math.log(3)]]; // prettier-ignore
    // the own text has the probability 3/4 among 2: log 2 + log 3/4
    expect(valueOf(infoNce, scores, [0, 0])).toBeCloseTo(Math.log(1.5), 6);
    // 1 + log 3 − 1
    expect(valueOf(tuba, scores, [0, 0])).toBeCloseTo(Math.log(3), 6);
    expect(valueOf(nwj, scores, [0, 0])).toBeCloseTo(Math.log(3) - Math.exp(-1), 6);
    expect(valueOf(donskerVaradhan, scores, [0, 0])).toBeCloseTo(Math.log(3), 6);
    // log σ(log 3) + log σ(0) = log 3/4 + log 1/2
    expect(valueOf(jensenShannonBound, scores, [0, 0])).toBeCloseTo(Math.log(3 / 8), 6);
    // N = 1: h = 3/4 for the own text, 1/2 for the other: −log 3/4 − log 1/2
    expect(valueOf(crd, scores, [0, 0])).toBeCloseTo(-Math.log(3 / 8), 6);
    // M = 4, N/M = 1/4: h = 3/(3 + 1/4) = 12/13 and 1/(1 + 1/4) = 4/5
    const four: Bound = (f) => contrastiveLoss(f, 4);
    expect(valueOf(four, scores, [0, 0])).toBeCloseTo(-Math.log(12 / 13) - Math.log(1 / 5), 6);
  });

  it('weighs negatives of CRD by their number', () => {
    // K = 3, N = 2, F = 0: h = 1/(1 + 2) everywhere: −log 1/3 − 2 log 2/3
    const zeros = [[0, 0, 0], [0, 0, 0], [0, 0, 0]]; // prettier-ignore
    expect(valueOf(crd, zeros, [0, 0, 0])).toBeCloseTo(Math.log(3) + 2 * Math.log(1.5), 6);
  });

  it.each(ALL)('%s is 0 with a gradient of 0 for a batch of one', (_, bound) => {
    expect(valueOf(bound, [[3]], [1])).toBeCloseTo(0, 12);
    expect(Math.abs(gradientsOf(bound, [[3]], [1]).scores.flat()[0] as number)).toBe(0);
  });

  it.each(ALL)('%s does not depend on the order of the batch', (_, bound) => {
    const order = [2, 0, 3, 1];
    const mixed = order.map((i) => order.map((j) => (GOLDEN_SCORES[i] as number[])[j] as number));
    const baseline = [0.1, -0.2, 0.3, 0];
    const other = valueOf(
      bound,
      mixed,
      order.map((i) => baseline[i] as number),
    );
    expect(other).toBeCloseTo(valueOf(bound, GOLDEN_SCORES, baseline), 5);
  });

  it.each(ALL)('%s is finite on scores of ±50', (_, bound) => {
    const far = [[50, -50, 50], [50, 50, -50], [-50, -50, -50]]; // prettier-ignore
    expect(Number.isFinite(valueOf(bound, far, [0, 0, 0]))).toBe(true);
    expect(gradientsOf(bound, far, [0, 0, 0]).scores.flat().every(Number.isFinite)).toBe(true);
  });

  it('InfoNCE never exceeds log K', () => {
    const perfect = [[50, 0, 0], [0, 50, 0], [0, 0, 50]]; // prettier-ignore
    expect(valueOf(infoNce, perfect, [])).toBeCloseTo(Math.log(3), 6);
  });

  it('Jensen–Shannon information has the value of NWJ and the gradient of the divergence', () => {
    expect(valueOf(jensenShannonInformation)).toBeCloseTo(0.8026959, 6);
    const gradient = gradientsOf(jensenShannonInformation).scores.flat();
    const expected = gradientsOf(jensenShannonBound).scores.flat();
    expect(largestDifference(gradient, expected)).toBeLessThan(1e-7);
  });
});
