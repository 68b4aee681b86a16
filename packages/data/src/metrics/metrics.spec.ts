import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { accuracy } from './accuracy.js';
import { auc } from './auc.js';
import { pearson, pearsonSpearman, spearman } from './correlation.js';
import { f1, f1Macro } from './f1.js';
import { matthews } from './matthews.js';
import { readPredictions, type Predictions } from './predictions.js';
import { rSquared } from './r-squared.js';
import { metricNames, scorePredictions } from './score-predictions.js';

const classes = (predicted: number[], labels: number[]): Predictions => ({
  classes: Int32Array.from(predicted),
  labels: Float32Array.from(labels),
  values: new Float64Array(labels.length),
});
const values = (predicted: number[], labels: number[]): Predictions => ({
  classes: new Int32Array(labels.length),
  labels: Float32Array.from(labels),
  values: Float64Array.from(predicted),
});

describe('metrics of classes', () => {
  // TP 3, FN 1, FP 1, TN 2
  const binary = classes([1, 1, 1, 0, 1, 0, 0], [1, 1, 1, 1, 0, 0, 0]);

  it('count right answers', () => {
    expect(accuracy(binary)).toBeCloseTo(5 / 7, 12);
  });

  it('give F1 of class 1 and its mean over classes', () => {
    // class 1: 2·3 / (2·3 + 1 + 1) = 6/8; class 0: 2·2 / (2·2 + 1 + 1) = 4/6
    expect(f1(binary)).toBeCloseTo(6 / 8, 12);
    expect(f1Macro(binary)).toBeCloseTo((6 / 8 + 4 / 6) / 2, 12);
    // A third class that is predicted once and never true counts as 0; a fourth that is neither, not at all.
    expect(f1Macro(classes([0, 1, 2], [0, 1, 1]))).toBeCloseTo((1 + 2 / 3 + 0) / 3, 12);
  });

  it('give the Matthews correlation', () => {
    // (TP·TN − FP·FN) / √((TP+FP)(TP+FN)(TN+FP)(TN+FN)) = (6 − 1) / √(4·4·3·3)
    expect(matthews(binary)).toBeCloseTo(5 / 12, 12);
    // Three classes, s = 4, c = 3, p = (1, 2, 1), t = (1, 1, 2): (12 − 1 − 2 − 2) / √((16 − 6)(16 − 6))
    expect(matthews(classes([0, 1, 1, 2], [0, 1, 2, 2]))).toBeCloseTo(7 / 10, 12);
  });

  it('are defined for constant predictions', () => {
    const constant = classes([0, 0, 0], [0, 1, 0]);
    expect(matthews(constant)).toBe(0);
    expect(matthews(classes([0, 1], [1, 1]))).toBe(0);
    expect(f1(constant)).toBe(0);
    expect(f1(classes([0, 0], [0, 0]))).toBe(0);
  });
});

describe('metrics of values', () => {
  it('give Pearson and Spearman', () => {
    // deviations −1.5 −0.5 0.5 1.5 and −2.5 −1.5 0.5 3.5: 10 / √(5 · 21)
    const four = values([1, 2, 3, 4], [1, 2, 4, 7]);
    expect(pearson(four)).toBeCloseTo(10 / Math.sqrt(105), 12);
    expect(spearman(four)).toBeCloseTo(1, 12);
    expect(pearsonSpearman(four)).toBeCloseTo((1 + 10 / Math.sqrt(105)) / 2, 12);
    // Ranks 1 2.5 2.5 4 against 1 2 3 4: deviations −1.5 0 0 1.5 and −1.5 −0.5 0.5 1.5: 4.5 / √(4.5 · 5)
    expect(spearman(values([1, 5, 5, 9], [1, 2, 3, 4]))).toBeCloseTo(4.5 / Math.sqrt(22.5), 12);
  });

  it('give R²', () => {
    // ȳ = 2; residuals 0.25 + 0 + 0.25 of 2
    expect(rSquared(values([1.5, 2, 2.5], [1, 2, 3]))).toBeCloseTo(0.75, 12);
    expect(rSquared(values([3, 2, 1], [1, 2, 3]))).toBeCloseTo(1 - 8 / 2, 12);
  });

  it('are defined for constants', () => {
    // 0.1 has no exact binary form: sums of it must not pass for a spread.
    const constant = values([0.1, 0.1, 0.1], [1, 2, 4]);
    expect(pearson(constant)).toBe(0);
    expect(spearman(constant)).toBe(0);
    expect(pearson(values([1, 2, 3], [4, 4, 4]))).toBe(0);
    expect(rSquared(values([1, 2], [4, 4]))).toBe(0);
    expect(rSquared(values([4, 4], [4, 4]))).toBe(1);
  });
});

describe('auc', () => {
  it('counts ordered pairs', () => {
    // positives 0.4, 0.8 against negatives 0.1, 0.4, 0.9: wins 1 + ½ + 0 and 1 + 1 + 0 of 6
    expect(auc(values([0.4, 0.8, 0.1, 0.4, 0.9], [1, 1, 0, 0, 0]))).toBeCloseTo(3.5 / 6, 12);
  });

  it('is one half when nothing can be ordered', () => {
    expect(auc(values([2, 2, 2], [0, 1, 0]))).toBe(0.5);
    expect(auc(values([1, 2], [1, 1]))).toBe(0.5);
  });

  it('agrees with counting all pairs', () => {
    const example = fc.record({
      value: fc.integer({ min: 0, max: 5 }),
      label: fc.integer({ min: 0, max: 1 }),
    });
    fc.assert(
      fc.property(fc.array(example, { minLength: 2, maxLength: 20 }), (examples) => {
        let wins = 0;
        let pairs = 0;
        for (const a of examples.filter(({ label }) => label === 1)) {
          for (const b of examples.filter(({ label }) => label === 0)) {
            pairs++;
            wins += a.value > b.value ? 1 : a.value === b.value ? 0.5 : 0;
          }
        }
        const found = auc(
          values(
            examples.map(({ value }) => value),
            examples.map(({ label }) => label),
          ),
        );
        expect(found).toBeCloseTo(pairs === 0 ? 0.5 : wins / pairs, 12);
      }),
      { numRuns: 50, seed: 4 },
    );
  });
});

describe('scorePredictions', () => {
  it('takes the largest logit, the first among equals', () => {
    const logits = Float32Array.of(0, 2, 1, /**/ 3, 3, 1, /**/ -2, -3, -1);
    expect([...readPredictions(logits, new Float32Array(3), 3).classes]).toEqual([1, 0, 2]);
  });

  it('names the metrics of each kind of task', () => {
    expect(metricNames('classification', 3)).toEqual(['accuracy', 'f1-macro', 'matthews']);
    expect(metricNames('classification', 2)).toEqual([
      'accuracy',
      'f1-macro',
      'matthews',
      'f1',
      'auc',
    ]);
    expect(metricNames('regression', 1)).toEqual(['pearson', 'spearman', 'pearson-spearman', 'r2']);
  });

  it('ranks two classes by the difference of their logits', () => {
    const scores = scorePredictions(
      'classification',
      2,
      Float32Array.of(0, 1, /**/ 5, 5.5, /**/ 1, 0),
      Float32Array.of(1, 0, 0),
    );
    expect(scores['auc']).toBe(1);
    expect(scores['accuracy']).toBeCloseTo(2 / 3, 12);
  });

  it('refuses sizes that do not agree, nothing at all, and what is no number', () => {
    expect(() =>
      scorePredictions('classification', 2, new Float32Array(5), new Float32Array(2)),
    ).toThrow('There are 5 logits for 2 labels; expected 4, 2 for each label.');
    expect(() =>
      scorePredictions('regression', 1, new Float32Array(0), new Float32Array(0)),
    ).toThrow('There are no predictions to score; the split is empty.');
    expect(() =>
      scorePredictions('classification', 2, Float32Array.of(0, 1, NaN, 0), new Float32Array(2)),
    ).toThrow("The model's answer to example 1 is NaN");
  });
});
