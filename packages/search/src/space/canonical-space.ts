import type { Condition, ParameterValue, SearchParameter, SearchSpace } from '../space.js';
import { defineSearchSpace } from './define-search-space.js';

/** Augmenters in the order in which the sequences below count them. */
const AUGMENTERS = ['contextual', 'back-translation', 'random'] as const;
/** Every order of some of the augmenters without repetition. */
// prettier-ignore
const SEQUENCES = [
  [0], [1], [2], [0, 1], [1, 0], [0, 2], [2, 0], [1, 2], [2, 1],
  [0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0],
];

/** The 15 augmentations of the paper: names of augmenters joined by `>`, applied from left to right. */
export const CANONICAL_AUGMENTATIONS: readonly string[] = SEQUENCES.map((sequence) =>
  sequence.map((i) => AUGMENTERS[i]).join('>'),
);

/** Teachers, students, weights and repetitions are parameters of the space where there are several. */
export interface CanonicalSpaceOptions {
  /** Values of MI-α's α. Default: 0, 0.1, 0.5, 0.9, 1. */
  readonly alphas?: readonly number[];
  /** How often a batch holds each text, augmented but for once. Default: 1. */
  readonly repeatedAugmentation?: readonly number[];
  /** Weights of the intermediate loss, above 0 or among others 0, where neither loss nor mapping matters. Default: 1. */
  readonly intermediateWeights?: readonly number[];
  readonly students?: readonly string[];
  readonly teachers?: readonly string[];
  /** For a task that predicts a number: the cross-entropy of a single output teaches nothing and is excluded. */
  readonly isRegression?: boolean;
}

/**
 * The space that the paper searches: intermediate loss (with α for mutual information) × mapping of layers × loss on the predictions ×
 * mixup × augmentation (with the share of words touched).
 *
 * @see He et al., "Distiller: A Systematic Study of Model Distillation Methods in NLP", 2021, §4, arXiv:2109.11105
 */
export function canonicalSpace({
  alphas = [0, 0.1, 0.5, 0.9, 1],
  repeatedAugmentation = [1],
  intermediateWeights = [1],
  students = [],
  teachers = [],
  isRegression = false,
}: CanonicalSpaceOptions = {}): SearchSpace {
  const positive = intermediateWeights.filter((weight) => weight > 0);
  const isCompared =
    positive.length < intermediateWeights.length
      ? { when: [{ parameter: 'intermediateWeight', in: positive }] }
      : {};
  const isAugmented = [{ parameter: 'augmentation', in: CANONICAL_AUGMENTATIONS }];
  const parameters: SearchParameter[] = [
    ...several('teacher', 'teacher', teachers),
    ...several('student', 'student', students),
    ...several('intermediateWeight', 'intermediate', intermediateWeights),
    {
      name: 'loss',
      kind: 'categorical',
      stage: 'intermediate',
      values: ['ce', 'mse', 'cos', 'pkd', 'mi'],
      ...isCompared,
    },
    {
      name: 'alpha',
      kind: 'ordered',
      stage: 'intermediate',
      values: alphas,
      when: [{ parameter: 'loss', in: ['mi'] }],
    },
    {
      name: 'map',
      kind: 'categorical',
      stage: 'intermediate',
      values: ['skip', 'last', 'emd'],
      ...isCompared,
    },
    { name: 'kd', kind: 'categorical', stage: 'prediction', values: ['ce', 'mse'] },
    { name: 'mixup', kind: 'categorical', stage: 'mixup', values: [false, true] },
    {
      name: 'augmentation',
      kind: 'categorical',
      stage: 'augmentation',
      values: ['none', ...CANONICAL_AUGMENTATIONS],
    },
    {
      name: 'augP',
      kind: 'ordered',
      stage: 'augmentation',
      values: [0.1, 0.3, 0.5],
      when: isAugmented,
    },
    ...several('repeatedAugmentation', 'augmentation', repeatedAugmentation, isAugmented),
  ];
  const exclusions = [
    {
      where: [{ parameter: 'kd', in: ['ce'] }],
      reason: 'the cross-entropy of a single output is 0 whatever the student predicts',
    },
  ];
  return defineSearchSpace(isRegression ? { parameters, exclusions } : { parameters });
}

function several(
  name: string,
  stage: string,
  values: readonly ParameterValue[],
  when: readonly Condition[] = [],
): SearchParameter[] {
  if (values.length < 2) return [];
  const kind = values.every((value) => typeof value === 'number') ? 'ordered' : 'categorical';
  return [{ name, kind, stage, values, when }];
}

/** The paper's space for a fixed teacher and student and one augmented copy of a text: 4,968 configurations. */
export const CANONICAL_SPACE: SearchSpace = canonicalSpace();
