// What the samplers search: standard functions, and two on conditional spaces. All are to be minimised.
import { CANONICAL_SPACE, defineSearchSpace, gridOf } from '@distiller/search';

const sum = (values) => values.reduce((a, b) => a + b, 0);

function box(dimensions, low, high) {
  return defineSearchSpace({
    parameters: Array.from({ length: dimensions }, (_, i) => ({
      name: `x${i}`,
      kind: 'float',
      low,
      high,
    })),
  });
}

// Surjanovic and Bingham, Virtual Library of Simulation Experiments: Branin, Hartmann 6-D, Rosenbrock, Ackley.
function branin([x, y]) {
  const b = 5.1 / (4 * Math.PI ** 2);
  return (
    (y - b * x ** 2 + (5 / Math.PI) * x - 6) ** 2 + 10 * (1 - 1 / (8 * Math.PI)) * Math.cos(x) + 10
  );
}

const HARTMANN = {
  heights: [1, 1.2, 3, 3.2],
  widths: [
    [10, 3, 17, 3.5, 1.7, 8],
    [0.05, 10, 17, 0.1, 8, 14],
    [3, 3.5, 1.7, 10, 17, 8],
    [17, 8, 0.05, 10, 0.1, 14],
  ],
  centres: [
    [0.1312, 0.1696, 0.5569, 0.0124, 0.8283, 0.5886],
    [0.2329, 0.4135, 0.8307, 0.3736, 0.1004, 0.9991],
    [0.2348, 0.1451, 0.3522, 0.2883, 0.3047, 0.665],
    [0.4047, 0.8828, 0.8732, 0.5743, 0.1091, 0.0381],
  ],
};

function hartmann(x) {
  const { heights, widths, centres } = HARTMANN;
  return -sum(
    heights.map(
      (height, i) =>
        height * Math.exp(-sum(x.map((at, j) => widths[i][j] * (at - centres[i][j]) ** 2))),
    ),
  );
}

function rosenbrock(x) {
  return sum(x.slice(1).map((next, i) => 100 * (next - x[i] ** 2) ** 2 + (x[i] - 1) ** 2));
}

function ackley(x) {
  const rootMeanSquare = Math.sqrt(sum(x.map((at) => at ** 2)) / x.length);
  const meanCosine = sum(x.map((at) => Math.cos(2 * Math.PI * at))) / x.length;
  return -20 * Math.exp(-0.2 * rootMeanSquare) - Math.exp(meanCosine) + 20 + Math.E;
}

const LOSS = { ce: 0, mse: 0.01, cos: 0.014, pkd: 0.02, mi: 0.022 };
const MAP = { skip: 0.01, last: 0.007, emd: 0.004 };
const AUGMENTER = { contextual: 0.012, 'back-translation': 0.01, random: 0.008 };
const BEST_SHARE = { contextual: 0.3, 'back-translation': 0.1, random: 0.5 };

/** A made-up score of a pipeline of the canonical space: effects of each choice, and interactions of two. */
function pipelineScore({ loss, alpha, map, kd, mixup, augmentation, augP }) {
  const intermediate =
    LOSS[loss] + MAP[map] + (alpha === undefined ? 0 : 0.02 - 0.06 * (alpha - 0.8) ** 2);
  const together =
    (loss === 'mi' && map === 'emd' ? -0.015 : 0) + (loss === 'pkd' && map === 'last' ? 0.012 : 0);
  const prediction = kd === 'mse' ? 0.004 : loss === 'ce' ? 0.003 : 0;
  if (augmentation === 'none') return intermediate + together + prediction + (mixup ? 0.012 : 0);
  const chain = augmentation.split('>');
  const gains = chain.map(
    (name, i) => (AUGMENTER[name] - 0.03 * Math.abs(augP - BEST_SHARE[name])) * 0.6 ** i,
  );
  const order = augmentation.startsWith('random>contextual') ? 0.004 : 0;
  return intermediate + together + prediction + sum(gains) + order - (mixup ? 0.004 : 0);
}

/** What it costs to train, in the time of the cheapest pipeline. */
function pipelineCost({ loss, map, augmentation, mixup }) {
  const pairs = map === 'emd' ? 2 : 1;
  const augmenting = augmentation === 'none' ? 0 : 0.3 + 0.2 * augmentation.split('>').length;
  return 1 + 0.2 * pairs * (loss === 'mi' ? 2 : 1) + augmenting + (mixup ? 0.9 : 0);
}

const BEST_SCORE = Math.max(...gridOf(CANONICAL_SPACE).map(pipelineScore));

/** A recipe's settings: numbers that matter only with certain choices. */
const TRAINING_SPACE = defineSearchSpace({
  parameters: [
    { name: 'optimizer', kind: 'categorical', values: ['adamw', 'sgd'] },
    { name: 'rate', kind: 'float', low: 1e-6, high: 1e-1, log: true },
    {
      name: 'momentum',
      kind: 'float',
      low: 0,
      high: 0.99,
      when: [{ parameter: 'optimizer', in: ['sgd'] }],
    },
    {
      name: 'decay',
      kind: 'float',
      low: 1e-4,
      high: 1,
      log: true,
      when: [{ parameter: 'optimizer', in: ['adamw'] }],
    },
    { name: 'loss', kind: 'categorical', values: ['mse', 'cos', 'mi', 'none'] },
    { name: 'alpha', kind: 'float', low: 0, high: 1, when: [{ parameter: 'loss', in: ['mi'] }] },
    {
      name: 'critic',
      kind: 'integer',
      low: 16,
      high: 1024,
      log: true,
      when: [{ parameter: 'loss', in: ['mi'] }],
    },
    {
      name: 'weight',
      kind: 'float',
      low: 0.01,
      high: 100,
      log: true,
      when: [{ parameter: 'loss', in: ['mse', 'cos', 'mi'] }],
    },
    { name: 'layers', kind: 'integer', low: 1, high: 6 },
  ],
});

function trainingLoss({ optimizer, rate, momentum, decay, loss, alpha, critic, weight, layers }) {
  const decades = (value, best) => Math.log10(value / best) ** 2;
  const optimizing =
    optimizer === 'adamw'
      ? 0.3 * decades(rate, 3e-4) + 0.05 * decades(decay, 0.01)
      : 0.15 + 0.3 * decades(rate, 3e-2) + (momentum - 0.9) ** 2;
  const comparing = {
    none: () => 0.5,
    mse: () => 0.25 + 0.1 * decades(weight, 1),
    cos: () => 0.3 + 0.05 * decades(weight, 10),
    mi: () =>
      0.05 + 0.5 * (alpha - 0.8) ** 2 + 0.05 * decades(critic, 256) + 0.1 * decades(weight, 0.3),
  }[loss]();
  return optimizing + comparing + 0.05 * Math.abs(layers - 4);
}

const ofPoint = (f) => (configuration) => [f(Object.values(configuration))];

/** One objective; each with what is the least possible. */
export const FUNCTIONS = {
  'Branin, 2 floats': {
    space: defineSearchSpace({
      parameters: [
        { name: 'x', kind: 'float', low: -5, high: 10 },
        { name: 'y', kind: 'float', low: 0, high: 15 },
      ],
    }),
    values: ofPoint(branin),
    least: 0.397887,
  },
  'Hartmann, 6 floats': { space: box(6, 0, 1), values: ofPoint(hartmann), least: -3.32237 },
  'Rosenbrock, 4 floats': { space: box(4, -5, 10), values: ofPoint(rosenbrock), least: 0 },
  // Not centred, or a prior in the middle would know the answer.
  'Ackley, 5 floats': { space: box(5, -10, 25), values: ofPoint(ackley), least: 0 },
  'training, 9 conditional': {
    space: TRAINING_SPACE,
    values: (configuration) => [trainingLoss(configuration)],
    least: 0.05,
  },
  'pipelines, 4,968': {
    space: CANONICAL_SPACE,
    // In hundredths of the score below the best pipeline's.
    values: (configuration) => [100 * (BEST_SCORE - pipelineScore(configuration))],
    least: 0,
  },
};

// Zitzler, Deb, Thiele, "Comparison of Multiobjective Evolutionary Algorithms", 2000, §4.
function zdt1(x) {
  const g = 1 + (9 * sum(x.slice(1))) / (x.length - 1);
  return [x[0], g * (1 - Math.sqrt(x[0] / g))];
}

/** Two objectives, with the reference point of the hypervolume. */
export const FRONTS = {
  'ZDT1, 10 floats': {
    space: box(10, 0, 1),
    values: (configuration) => zdt1(Object.values(configuration)),
    reference: [1.1, 6],
  },
  'pipelines: score and cost': {
    space: CANONICAL_SPACE,
    values: (configuration) => [
      100 * (BEST_SCORE - pipelineScore(configuration)),
      pipelineCost(configuration),
    ],
    reference: [8, 4],
  },
};
