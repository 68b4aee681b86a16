/**
 * Importances of functions whose effects are known in closed form, by us and by Optuna's fANOVA, on the same random trials.
 *
 *     npm run build && node tools/golden/fanova-parity.mjs --python PATH [--seeds 2]
 *
 * PATH is a Python with the packages of tools/golden/requirements-importance.txt. Both grow forests of 64 trees with leaves of one
 * trial and all columns. Prints the truth and the means over seeds of the forest; Optuna tells main effects only. It measures numbers
 * on a log scale without the logarithm, and gives the indicators of a category independent measures, so that its effects are off where
 * there are such parameters. Exits with 1 when a main effect of ours is further than 0.02 from Optuna's and not nearer to the truth.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createRng } from '@distiller/core';
import { importanceOf } from '@distiller/search';
import { runPython } from './run-python.mjs';

const { values: options } = parseArgs({
  options: {
    python: { type: 'string', default: 'python3' },
    seeds: { type: 'string', default: '2' },
  },
});
const SEEDS = Array.from({ length: Number(options.seeds) }, (_, seed) => seed);
const TREES = 64;
const TOLERANCE = 0.02;

const interval = (name, low = 0, high = 1, log = false) => ({
  kind: 'float',
  name,
  low,
  high,
  log,
});
const category = (name, ...values) => ({ kind: 'categorical', name, values });

/** Variances of the terms of Ishigami's and Homma's function with a = 7, b = 0.1. */
const ISHIGAMI = {
  x: 0.5 * (1 + Math.PI ** 4 / 50) ** 2,
  y: 49 / 8,
  'x & z': (8 * Math.PI ** 8) / 22500,
};

const PROBLEMS = [
  {
    name: 'levels: a + b·c',
    parameters: [
      category('a', 0, 1, 2),
      category('b', -1, 1),
      category('c', -1, 1),
      category('d', 0, 1),
    ],
    score: ({ a, b, c }) => a + b * c,
    variances: { a: 2 / 3, 'b & c': 1 },
    trials: 400,
  },
  {
    name: 'interval: 2x + y + 3(x − ½)(z − ½)',
    parameters: [interval('x'), interval('y'), interval('z')],
    score: ({ x, y, z }) => 2 * x + y + 3 * (x - 0.5) * (z - 0.5),
    variances: { x: 4 / 12, y: 1 / 12, 'x & z': 9 / 144 },
    trials: 400,
  },
  {
    name: 'mixed: log₁₀ rate + [kind = b] + share·[kind = a]',
    parameters: [interval('rate', 1e-4, 1, true), category('kind', 'a', 'b'), interval('share')],
    score: ({ rate, kind, share }) => Math.log10(rate) / 2 + (kind === 'b' ? 1 : share),
    // rate: 2²/12. Means of kind: 1 and ½. Of share: (1 + share)/2. Together: (share − ½)·(±½).
    variances: { rate: 4 / 12, kind: 1 / 16, share: 1 / 48, 'kind & share': 1 / 48 },
    trials: 400,
  },
  {
    name: 'Ishigami: sin x + 7 sin² y + z⁴ sin x / 10',
    parameters: ['x', 'y', 'z'].map((name) => interval(name, -Math.PI, Math.PI)),
    score: ({ x, y, z }) => Math.sin(x) + 7 * Math.sin(y) ** 2 + 0.1 * z ** 4 * Math.sin(x),
    variances: ISHIGAMI,
    trials: 400,
  },
];

const folder = await mkdtemp(join(tmpdir(), 'distiller-fanova-'));
try {
  const results = [];
  for (const problem of PROBLEMS) results.push(await compare(problem));
  const isGood = results.every(Boolean);
  console.log(isGood ? 'All agree.' : 'Something is too far off.');
  process.exitCode = isGood ? 0 : 1;
} finally {
  await rm(folder, { recursive: true });
}

async function compare({ name, parameters, score, variances, trials: count }) {
  const rng = createRng(1).derive(name);
  const trials = Array.from({ length: count }, () => {
    const configuration = Object.fromEntries(parameters.map((one) => [one.name, draw(one, rng)]));
    return { configuration, score: score(configuration) };
  });
  const path = join(folder, 'problem.json');
  await writeFile(path, JSON.stringify({ parameters, trials, seeds: SEEDS, trees: TREES }));
  const theirs = runPython(options.python, 'fanova_importance.py', [path]);
  const ours = SEEDS.map((seed) => {
    const settings = { seed, trees: TREES, minLeaf: 1, columnShare: 1 };
    const { main, pairs } = importanceOf({ parameters }, trials, settings);
    return Object.fromEntries(
      [...main, ...pairs].map((effect) => [effect.name, effect.importance]),
    );
  });
  const total = Object.values(variances).reduce((sum, one) => sum + one);
  const rows = Object.keys(ours[0]).map((effect) => {
    const truth = (variances[effect] ?? 0) / total;
    const isMain = parameters.some((parameter) => parameter.name === effect);
    const mean = average(ours.map((all) => all[effect]));
    const optuna = isMain ? average(theirs.map((all) => all[effect])) : undefined;
    return { effect, truth, mean, optuna };
  });
  console.log(`${name}, ${count} trials:`);
  console.table(
    Object.fromEntries(
      rows.map(({ effect, truth, mean, optuna }) => [
        effect,
        {
          truth: truth.toFixed(4),
          ours: mean.toFixed(4),
          optuna: optuna?.toFixed(4) ?? '–',
          'ours − truth': (mean - truth).toFixed(4),
          'ours − optuna': optuna === undefined ? '–' : (mean - optuna).toFixed(4),
        },
      ]),
    ),
  );
  return rows.every(
    ({ truth, mean, optuna = mean }) =>
      Math.abs(mean - optuna) <= TOLERANCE || Math.abs(mean - truth) < Math.abs(optuna - truth),
  );
}

function draw(parameter, rng) {
  if (parameter.values) return parameter.values[rng.integer(parameter.values.length)];
  const { low, high, log } = parameter;
  if (log) return low * (high / low) ** rng.uniform();
  return low + (high - low) * rng.uniform();
}

function average(values) {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
