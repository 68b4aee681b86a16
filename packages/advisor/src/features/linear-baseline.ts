import type { Rng } from '@distiller/core';
import { scorePredictions } from '@distiller/data';

/** What a bag of words is told of an example. */
export interface Bag {
  /** Ids of its features, repeated ones once. */
  readonly features: readonly number[];
  /** Class id, or the value of a regression. */
  readonly label: number;
}

export interface BaselineOptions {
  readonly classes: number;
  readonly metric: string;
  /** Number of feature ids. */
  readonly size: number;
}

const FOLDS = 3;
const EPOCHS = 3;
/** Step of the first update; it falls with the root of the number of updates of a weight (Adagrad). */
const RATE = 0.5;

/**
 * The score of a linear model on bags of words, by 3-fold cross-validation: logistic regression, for a regression least squares on
 * standardised values, by three passes of Adagrad.
 *
 * @returns the task's metric as a fraction; NaN can't happen: constant predictions score what the metric says.
 * @see Duchi, Hazan, Singer, "Adaptive Subgradient Methods", JMLR 12, 2011
 */
export function linearBaseline(
  bags: readonly Bag[],
  { classes, metric, size }: BaselineOptions,
  rng: Rng,
): number {
  const order = rng.derive('folds').permutation(bags.length);
  const fold = new Uint8Array(bags.length);
  order.forEach((example, place) => (fold[example] = place % FOLDS));
  const logits = new Float32Array(bags.length * classes);
  for (let held = 0; held < FOLDS; held++) {
    const training = order.filter((i) => fold[i] !== held);
    const model = fit(bags, training, classes, size);
    for (let i = 0; i < bags.length; i++) {
      if (fold[i] === held) logits.set(scoresOf(model, bags[i] as Bag), i * classes);
    }
  }
  const kind = classes === 1 ? 'regression' : 'classification';
  const labels = Float32Array.from(bags, ({ label }) => label);
  return scorePredictions(kind, classes, logits, labels)[metric] ?? 0;
}

interface Linear {
  readonly classes: number;
  /** [size + 1, classes]; the last row is the bias. */
  readonly weights: Float32Array;
  readonly squares: Float32Array;
  readonly size: number;
}

function fit(bags: readonly Bag[], training: Uint32Array, classes: number, size: number): Linear {
  const length = (size + 1) * classes;
  const model = {
    classes,
    size,
    weights: new Float32Array(length),
    squares: new Float32Array(length),
  };
  const values = Float64Array.from(training, (i) => (bags[i] as Bag).label);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const deviation =
    Math.sqrt(values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / values.length) || 1;
  for (let epoch = 0; epoch < EPOCHS; epoch++) {
    for (const i of training) {
      const bag = bags[i] as Bag;
      const errors = scoresOf(model, bag);
      if (classes === 1) errors[0] = (errors[0] as number) - (bag.label - mean) / deviation;
      else softmaxError(errors, bag.label);
      update(model, bag, errors);
    }
  }
  return model;
}

function scoresOf({ classes, weights, size }: Linear, { features }: Bag): Float64Array {
  const scores = new Float64Array(classes);
  const scale = 1 / Math.sqrt(features.length + 1);
  for (const feature of features) {
    for (let c = 0; c < classes; c++) {
      scores[c] = (scores[c] as number) + scale * (weights[feature * classes + c] as number);
    }
  }
  for (let c = 0; c < classes; c++) {
    scores[c] = (scores[c] as number) + scale * (weights[size * classes + c] as number);
  }
  return scores;
}

/** Turns scores into softmax − one-hot, in place. */
function softmaxError(scores: Float64Array, label: number): void {
  const highest = Math.max(...scores);
  let total = 0;
  for (let c = 0; c < scores.length; c++) {
    scores[c] = Math.exp((scores[c] as number) - highest);
    total += scores[c] as number;
  }
  for (let c = 0; c < scores.length; c++)
    scores[c] = (scores[c] as number) / total - Number(c === label);
}

function update(
  { classes, weights, squares, size }: Linear,
  { features }: Bag,
  errors: Float64Array,
) {
  const scale = 1 / Math.sqrt(features.length + 1);
  const step = (at: number, c: number) => {
    const gradient = scale * (errors[c] as number);
    squares[at] = (squares[at] as number) + gradient ** 2;
    weights[at] =
      (weights[at] as number) - (RATE * gradient) / (Math.sqrt(squares[at] as number) + 1e-8);
  };
  for (const feature of features) for (let c = 0; c < classes; c++) step(feature * classes + c, c);
  for (let c = 0; c < classes; c++) step(size * classes + c, c);
}
