import { describe, expect, it } from '@jest/globals';
import { createRng } from '@distiller/core';
import { finiteDifferences } from '@distiller/testing';
import * as tf from '@tensorflow/tfjs';
import {
  GOLDEN_BASELINE,
  GOLDEN_SCORES,
  gradientsOf,
  largestDifference,
  valueOf,
} from './golden-scores.fixture.js';
import { interpolatedBound, interpolatedTerms } from './mi-alpha.js';
import { tuba } from './tuba.js';

const ALPHAS = [0, 0.1, 0.5, 0.7, 0.9, 1];
const at = (alpha: number) => (scores: tf.Tensor2D, baseline: tf.Tensor1D) =>
  interpolatedBound(scores, baseline, alpha);

/** Scores of K texts in [−span, span], and a baseline. */
function drawn(size: number, span: number, seed: number) {
  const rng = createRng(seed);
  const value = () => (2 * rng.uniform() - 1) * span;
  return {
    scores: Array.from({ length: size }, () => Array.from({ length: size }, value)),
    baseline: Array.from({ length: size }, value),
  };
}

/** The gradient worked out on paper: softmax, share of the batch in the normaliser, and the two sums, in float64. */
function analytic(
  scores: readonly (readonly number[])[],
  baseline: readonly number[],
  alpha: number,
) {
  const size = scores.length;
  const c = 1 / (size * (size - 1));
  const indices = scores.map((_, i) => i);
  const dScores = scores.map((row) => row.map(() => 0));
  const dBaseline = baseline.map(() => 0);
  for (const i of indices) {
    const row = scores[i] as number[];
    const add = (l: number, value: number) => {
      const target = dScores[i] as number[];
      target[l] = (target[l] as number) + value;
    };
    const sums = indices.map((j) =>
      row.reduce((sum, score, l) => (l === j ? sum : sum + Math.exp(score)), 0),
    );
    const shares = sums.map((sum) => (alpha * sum) / (size - 1)); // α · LOO, as powers
    const rest = (1 - alpha) * Math.exp(baseline[i] as number);
    const normaliser = (j: number) => (shares[j] as number) + rest;
    const e = indices.map((j) => (j === i ? 0 : (c * Math.exp(row[j] as number)) / normaliser(i)));
    const g = indices.map((j) => (j === i ? e.reduce((a, b) => a + b) : -c));
    add(i, 1 / size);
    for (const j of indices) {
      add(j, -(e[j] as number));
      const share = (shares[j] as number) / normaliser(j);
      for (const l of indices) {
        if (l === j) continue;
        add(l, ((g[j] as number) * share * Math.exp(row[l] as number)) / (sums[j] as number));
      }
      dBaseline[i] = (dBaseline[i] as number) + (g[j] as number) * (1 - share);
    }
  }
  return { scores: dScores, baseline: dBaseline };
}

describe('interpolatedBound', () => {
  // F_ij = 2 sin(1 + 3i + 5j) + 1.5 [i = j], b_i = 0.3 cos i; worked out in float64.
  it.each([
    [0, 0.24423321, 1.56985789, 2.32562468],
    [0.1, 0.39373694, 1.30177681, 1.90803987],
    [0.5, 0.48024207, 0.69508616, 1.21484409],
    [0.7, 0.43110394, 0.50503046, 1.07392652],
    [0.9, 0.34622251, 0.35094323, 1.00472072],
    [1, 0.28366475, 0.28366475, 1],
  ])('at α = %d is %d = 1 + %d − %d', (alpha, bound, joint, marginal) => {
    expect(valueOf(at(alpha))).toBeCloseTo(bound, 6);
    const term = (name: 'joint' | 'marginal') =>
      valueOf((scores, baseline) => interpolatedTerms(scores, baseline, alpha)[name]);
    expect(term('joint')).toBeCloseTo(joint, 6);
    expect(term('marginal')).toBeCloseTo(marginal, 6);
  });

  it('has the golden gradient at α = 0.5', () => {
    const gradients = gradientsOf(at(0.5));
    const golden = [
      [0.042176, -0.044204, -0.010467, -0.043461],
      [-0.004608, 0.116162, -0.139398, -0.027985],
    ];
    golden.forEach((row, i) => {
      expect(largestDifference(gradients.scores[i] as number[], row)).toBeLessThan(1e-6);
    });
    const dBaseline = [0.055956, 0.055828, 0.007661, 0.027161];
    expect(largestDifference(gradients.baseline, dBaseline)).toBeLessThan(1e-6);
  });

  it.each(ALPHAS)('has the gradient worked out on paper, at α = %d', (alpha) => {
    for (const { scores, baseline } of [
      { scores: GOLDEN_SCORES, baseline: GOLDEN_BASELINE },
      drawn(9, 3, 11),
    ]) {
      const gradients = gradientsOf(at(alpha), scores, baseline);
      const expected = analytic(scores, baseline, alpha);
      expect(largestDifference(gradients.scores.flat(), expected.scores.flat())).toBeLessThan(2e-6);
      expect(largestDifference(gradients.baseline, expected.baseline)).toBeLessThan(2e-6);
    }
  });

  it.each(ALPHAS)('has the gradient that finite differences show, at α = %d', (alpha) => {
    const size = GOLDEN_SCORES.length;
    const numeric = finiteDifferences((values) => {
      const rows = GOLDEN_SCORES.map((_, i) => [...values.subarray(i * size, (i + 1) * size)]);
      return valueOf(at(alpha), rows);
    }, Float32Array.from(GOLDEN_SCORES.flat()));
    const gradient = gradientsOf(at(alpha)).scores.flat();
    expect(largestDifference(gradient, [...numeric])).toBeLessThan(1e-3);
  });

  it('is TUBA at α = 0', () => {
    const { scores, baseline } = drawn(7, 4, 5);
    expect(valueOf(at(0), scores, baseline)).toBeCloseTo(valueOf(tuba, scores, baseline), 4);
    expect(valueOf(at(0))).toBeCloseTo(valueOf(tuba), 6);
  });

  it('has a marginal term of 1 at α = 1, and at most log(K − 1), whatever the scores', () => {
    for (const seed of [1, 2, 3, 4]) {
      const { scores } = drawn(3 + seed, 12 * seed, seed);
      const marginal = valueOf((f, b) => interpolatedTerms(f, b, 1).marginal, scores, []);
      expect(marginal).toBeCloseTo(1, 5);
    }
    // Perfect scores reach it: the own column outweighs all.
    const perfect = [[50, 0, 0], [0, 50, 0], [0, 0, 50]]; // prettier-ignore
    const bound = valueOf((f) => interpolatedBound(f, undefined, 1), perfect, []);
    expect(bound).toBeCloseTo(Math.log(2), 5);
  });

  it.each(ALPHAS)('does not depend on the order of the batch, at α = %d', (alpha) => {
    const { scores, baseline } = drawn(6, 4, 8);
    const order = [4, 0, 5, 2, 1, 3];
    const mixed = order.map((i) => order.map((j) => (scores[i] as number[])[j] as number));
    const bound = valueOf(at(alpha), scores, baseline);
    const other = valueOf(
      at(alpha),
      mixed,
      order.map((i) => baseline[i] as number),
    );
    expect(Math.abs(other - bound)).toBeLessThan(1e-5 * Math.max(1, Math.abs(bound)));
  });

  it('tells rows from columns: the normaliser is that of the anchor', () => {
    const transposed = GOLDEN_SCORES.map((_, i) => GOLDEN_SCORES.map((row) => row[i] as number));
    expect(Math.abs(valueOf(at(0.5), transposed) - valueOf(at(0.5)))).toBeGreaterThan(1e-2);
  });

  it.each(ALPHAS)('is finite with a finite gradient on scores of ±50, at α = %d', (alpha) => {
    const { scores } = drawn(5, 1, 4);
    const far = scores.map((row) => row.map((score) => (score > 0 ? 50 : -50)));
    const baseline = far.map(() => 0);
    expect(Number.isFinite(valueOf(at(alpha), far, baseline))).toBe(true);
    const gradients = gradientsOf(at(alpha), far, baseline);
    expect([...gradients.scores.flat(), ...gradients.baseline].every(Number.isFinite)).toBe(true);
  });

  it.each(ALPHAS)('is 0 with a gradient of 0 for a batch of one, at α = %d', (alpha) => {
    expect(valueOf(at(alpha), [[3]], [1])).toBe(0);
    expect(gradientsOf(at(alpha), [[3]], [1])).toEqual({ scores: [[0]], baseline: [0] });
  });

  it('refuses to go without a baseline below α = 1', () => {
    const bound = (scores: tf.Tensor2D) => interpolatedBound(scores, undefined, 0.9);
    expect(() => valueOf(bound)).toThrow(/alpha is 0.9 but there is no baseline/);
  });

  it('refuses scores that are not square and a baseline of another length', () => {
    expect(() => valueOf(at(0.5), [[1, 2]], [1])).toThrow(
      /scores are \[1, 2\]; they must be \[K, K\]/,
    );
    expect(() => valueOf(at(0.5), GOLDEN_SCORES, [1])).toThrow(/baseline is \[1\]/);
  });
});
