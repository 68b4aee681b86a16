import { createRng, DistillerError, type Example, type Task } from '@distiller/core';
import type { TaskProfile } from '../predict/trial-set.js';
import { linearBaseline, type Bag } from './linear-baseline.js';
import { hash, words } from './words.js';

/** What a dataset looks like before anything is trained on it. */
export interface DatasetFeatures extends TaskProfile {
  readonly kind: 'classification' | 'regression';
  /** Of the labels, in bits; 0 for a regression. */
  readonly labelEntropy: number;
  /** Share of the commonest label; 0 for a regression. */
  readonly majority: number;
  /** Words of an example, both texts together: mean and standard deviation. */
  readonly meanWords: number;
  readonly wordsDeviation: number;
  /** Different words over words, in the first 10,000 words. */
  readonly typeTokenRatio: number;
  /** The metric that `baseline` is measured by. */
  readonly metric: string;
  /** Mean of the texts' TF-IDF vectors in 8 random directions, of length 1. */
  readonly embedding: readonly number[];
}

export interface FeatureOptions {
  /** Equal seeds give equal features. Default 1. */
  readonly seed?: number;
  /** Examples that are looked at: more are only counted. Default 10,000. */
  readonly sample?: number;
}

/** Buckets that words are hashed into. */
const BUCKETS = 2 ** 14;
const DIRECTIONS = 8;
const COUNTED_WORDS = 10_000;

/**
 * Looks at the training split of a task: sizes, labels, lengths, words, and how far a linear model on bags of words comes.
 * A pair has its words by side, and how many are shared.
 *
 * @throws DistillerError `config` for kinds of task that have no bag of words; as the task's reader does.
 * @see Weinberger et al., "Feature Hashing for Large Scale Multitask Learning", 2009, arXiv:0902.2206
 */
export async function datasetFeatures(
  task: Task,
  { seed = 1, sample = 10_000 }: FeatureOptions = {},
): Promise<DatasetFeatures> {
  const { kind, selects, arity } = task;
  if (kind !== 'classification' && kind !== 'regression') {
    throw new DistillerError(
      'config',
      `Task ${task.name} is of kind ${kind}; advice is given for classification and regression of texts or pairs only.`,
    );
  }
  const bags: Bag[] = [];
  const texts: (readonly string[])[] = [];
  let examples = 0;
  for await (const example of task.read('train')) {
    examples++;
    if (bags.length >= sample) continue;
    const sides = example.texts.map((text) => words(text));
    texts.push(sides.flat());
    bags.push({ features: featuresOf(sides), label: labelOf(example) });
  }
  if (bags.length === 0) {
    throw new DistillerError('input', `Task ${task.name} has no training examples to look at.`);
  }
  const classes = kind === 'regression' ? 1 : task.labels.length;
  const lengths = texts.map((text) => text.length);
  const meanWords = mean(lengths);
  const shares = kind === 'regression' ? [] : labelShares(bags, classes);
  const options = { classes, metric: selects, size: BUCKETS };
  return {
    kind,
    examples,
    classes,
    arity,
    baseline: linearBaseline(bags, options, createRng(seed).derive('baseline')),
    labelEntropy: shares.reduce(
      (sum, share) => (share > 0 ? sum - share * Math.log2(share) : sum),
      0,
    ),
    majority: shares.reduce((most, share) => Math.max(most, share), 0),
    meanWords,
    wordsDeviation: Math.sqrt(mean(lengths.map((length) => (length - meanWords) ** 2))),
    typeTokenRatio: typeTokenRatio(texts),
    metric: selects,
    embedding: embeddingOf(texts),
  };
}

function labelOf({ id, label }: Example): number {
  if (typeof label === 'number') return label;
  throw new DistillerError(
    'input',
    `Example ${id} has no label; a training split needs one in every row.`,
  );
}

/** Words by side, once each; for a pair also words of both sides and the share of shared ones in tenths. */
function featuresOf(sides: readonly (readonly string[])[]): readonly number[] {
  const features = new Set<number>();
  sides.forEach((side, i) => {
    for (const word of side) features.add(hash(`${i} ${word}`) % BUCKETS);
  });
  const [first = [], second] = sides.map((side) => new Set(side));
  if (second) {
    const shared = [...(first as Set<string>)].filter((word) => second.has(word));
    for (const word of shared) features.add(hash(`both ${word}`) % BUCKETS);
    const share = shared.length / Math.max(1, Math.min((first as Set<string>).size, second.size));
    features.add(hash(`shared ${Math.floor(share * 10)}`) % BUCKETS);
  }
  return [...features];
}

function labelShares(bags: readonly Bag[], classes: number): readonly number[] {
  const counts = new Array<number>(classes).fill(0);
  for (const { label } of bags) counts[label] = (counts[label] as number) + 1;
  return counts.map((count) => count / bags.length);
}

function typeTokenRatio(texts: readonly (readonly string[])[]): number {
  const seen = new Set<string>();
  let count = 0;
  for (const word of texts.flat()) {
    if (count === COUNTED_WORDS) break;
    seen.add(word);
    count++;
  }
  return count === 0 ? 0 : seen.size / count;
}

/** Each bit of a word's hash is its sign in one direction; rare words count more, by the logarithm of their rarity. */
function embeddingOf(texts: readonly (readonly string[])[]): readonly number[] {
  const documents = new Map<string, number>();
  for (const text of texts) {
    for (const word of new Set(text)) documents.set(word, (documents.get(word) ?? 0) + 1);
  }
  const sum = new Array<number>(DIRECTIONS).fill(0);
  for (const [word, count] of documents) {
    const weight = count * Math.log(texts.length / count + 1);
    const bits = hash(word);
    for (let d = 0; d < DIRECTIONS; d++) {
      sum[d] = (sum[d] as number) + ((bits >>> d) & 1 ? weight : -weight);
    }
  }
  const length = Math.hypot(...sum);
  return length === 0 ? sum : sum.map((value) => value / length);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
