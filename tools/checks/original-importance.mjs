/**
 * Importances on the table of the original study, beside reference figures: a student TinyBERT4 of BERT_BASE, no
 * repeated augmentation, one-hot factors loss (with α), map, prediction, mixup and augmentation {none, random>contextual, other},
 * STS-B where it has a signal. The reference is of one forest of scikit-learn: 100 trees, leaves of 2, 0.6 of the columns, seed 0.
 *
 *     npm run build && node tools/checks/original-importance.mjs --data FOLDER [--forests 20] [--trees 100] [--python PATH]
 *
 * FOLDER holds auto_distiller_tabular_data.csv. Prints the mean over forests of ours that differ in the seed, and how much one forest
 * strays from it; with a Python that has scikit-learn also what our decomposition says of that one forest and of scikit-learn's mean.
 * Exits with 1 when a mean is further than 0.03 from the reference and further than one forest strays in 99 % of cases, or
 * when the one forest's is further than 0.03.
 */
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { cleanTable, readOriginalTable } from '@distiller/advisor';
import {
  factorColumns,
  importanceOf,
  inferSpace,
  spaceFactors,
  TreeMeasure,
} from '@distiller/search';

const { values: options } = parseArgs({
  options: {
    data: { type: 'string', default: join(process.env.DISTILLER_DATA ?? '', 'autodistiller') },
    forests: { type: 'string', default: '20' },
    trees: { type: 'string', default: '100' },
    python: { type: 'string' },
  },
});
const [forests, trees] = [Number(options.forests), Number(options.trees)];

const PARAMETERS = ['loss', 'alpha', 'map', 'kd', 'mixup', 'aug'];
/** Rows of the reference: the factors, and what their names are here. */
const EFFECTS = ['loss×alpha', 'map', 'loss×alpha & map', 'intermediate', 'mixup', 'aug', 'kd'];
const MAIN = ['loss×alpha', 'map', 'mixup', 'aug', 'kd'];
const REFERENCE = {
  cola: [0.188, 0.101, 0.063, 0.352, 0.061, 0.197, 0.016],
  mnli: [0.164, 0.458, 0.045, 0.666, 0.009, 0, 0.126],
  mrpc: [0.14, 0.029, 0.021, 0.19, 0.519, 0.006, 0.012],
  qnli: [0.385, 0.009, 0.032, 0.426, 0.178, 0, 0.143],
  qqp: [0.156, 0.106, 0.034, 0.296, 0.011, 0, 0.436],
  rte: [0.506, 0.016, 0.031, 0.553, 0.091, 0.082, 0.006],
  'sst-2': [0.093, 0.01, 0.023, 0.126, 0.048, 0.572, 0.009],
  stsb: [0.378, 0.063, 0.04, 0.481, 0.347, 0, undefined],
};
const REFERENCE_MEANS = {
  raw: [0.251, 0.099, 0.036, 0.386, 0.158, 0.107, 0.093],
  cleaned: [0.278, 0.102, 0.031, 0.412, 0.116, 0.113, 0.096],
};
const TOLERANCE = 0.03;
/** |z| of a normal variable in 99 % of cases. */
const STRAY = 2.576;

const table = await readOriginalTable(options.data);
const parts = { raw: trialsByTask(table), cleaned: trialsByTask(cleanTable(table)) };
const found = Object.fromEntries(
  Object.entries(parts).map(([name, tasks]) => [
    name,
    Object.fromEntries(Object.entries(tasks).map(([task, trials]) => [task, ours(trials)])),
  ]),
);
let isGood = true;
console.log(
  `Ours: means over ${forests} forests of ${trees} trees (± what one forest strays), less the reference.`,
);
isGood = report(found.raw, true) && isGood;
for (const part of ['raw', 'cleaned']) isGood = reportMeans(part, found[part]) && isGood;
if (options.python) {
  const theirs = await scikitLearn(parts.raw);
  console.log("\nOur decomposition of scikit-learn's forest of seed 0, less the reference.");
  isGood =
    report(
      mapTasks(theirs, ([first]) => [first]),
      false,
    ) && isGood;
  console.log(
    `\nThe same of scikit-learn's ${forests} forests of seeds 1, 2, …: means (± what one strays), less the reference.`,
  );
  report(
    mapTasks(theirs, ([, ...others]) => others),
    true,
  );
} else {
  console.log(
    '\nLeft out: the forest of the reference itself, which needs --python with scikit-learn.',
  );
}
console.log(isGood ? '\nGood.' : '\nSomething is too far off.');
process.exitCode = isGood ? 0 : 1;

/** The trials that the reference is of, for each task. */
function trialsByTask(rows) {
  return Object.fromEntries(
    Object.keys(REFERENCE).map((task) => [
      task,
      rows
        .filter(
          ({ task: of, student, teacher, configuration: { copies, prediction } }) =>
            of === task &&
            student === 'TinyBERT4' &&
            teacher === 'BERT_BASE' &&
            copies === 1 &&
            (task !== 'stsb' || prediction === 'mse'),
        )
        .map(({ configuration, ratio, place }) => ({
          configuration: {
            loss: configuration.loss,
            ...(configuration.alpha !== undefined && { alpha: configuration.alpha }),
            map: configuration.mapping,
            kd: configuration.prediction,
            mixup: configuration.mixup,
            aug: augmentation(configuration.augmentation),
          },
          score: ratio,
          place,
        })),
    ]),
  );
}

function augmentation(name) {
  if (name === 'none') return name;
  return name === 'random>contextual' ? 'rnd>ctx' : 'other';
}

function spaceOf(trials) {
  const stages = { loss: 'intermediate', alpha: 'intermediate', map: 'intermediate' };
  return inferSpace(trials, PARAMETERS, { stages });
}

/** The effects by name, for each of our forests. */
function ours(trials) {
  return Array.from({ length: forests }, (_, seed) => {
    const { main, pairs, stages } = importanceOf(spaceOf(trials), trials, { seed, trees });
    return Object.fromEntries(
      [...main, ...pairs, ...stages].map(({ name, importance }) => [name, importance]),
    );
  });
}

/** The same of forests of scikit-learn: that of seed 0, then the others. */
async function scikitLearn(tasks) {
  const folder = await mkdtemp(join(tmpdir(), 'distiller-forests-'));
  try {
    const all = {};
    for (const [task, trials] of Object.entries(tasks)) {
      const factors = spaceFactors(spaceOf(trials)).filter(({ levels }) => levels.length > 1);
      const columns = factorColumns(
        factors,
        trials.map(({ configuration }) => configuration),
      );
      const problem = {
        columns: columns.map(({ values }) => [...values]),
        targets: trials.map(({ score }) => score),
        forests: Array.from({ length: forests + 1 }, (_, seed) => ({ seed, trees })),
        minLeaf: 2,
        columnShare: 0.6,
      };
      const path = join(folder, `${task}.json`);
      await writeFile(path, JSON.stringify(problem));
      const grown = grownByScikitLearn(path);
      all[task] = grown.map((forest) => decompose(forest, columns, factors));
    }
    return all;
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** The trees of the forests that a file describes. */
function grownByScikitLearn(path) {
  const script = fileURLToPath(new URL('../golden/forest_trees.py', import.meta.url));
  const { status, stdout, error } = spawnSync(options.python, [script, path], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (error) throw error;
  if (status !== 0) throw new Error(`${options.python} ${script} failed with exit code ${status}`);
  return JSON.parse(stdout);
}

function decompose(forest, columns, factors) {
  const measures = forest
    .map((tree) => new TreeMeasure(tree, columns, factors))
    .filter(({ variance }) => variance > 0);
  const share = (places) =>
    average(measures.map((measure) => measure.marginalVariance(places) / measure.variance));
  const [loss, map] = ['loss×alpha', 'map'].map((name) =>
    factors.findIndex((factor) => factor.name === name),
  );
  const main = factors.map(({ name }, place) => [name, share([place])]);
  const both = share([loss, map]);
  return {
    ...Object.fromEntries(main),
    'loss×alpha & map': both - share([loss]) - share([map]),
    intermediate: both,
  };
}

/** Prints a table of differences from the reference; says whether the main effects are near enough. */
function report(tasks, isMean) {
  const far = [];
  const rows = EFFECTS.map((name, i) => {
    const cells = Object.entries(REFERENCE).map(([task, reference]) => {
      if (reference[i] === undefined) return [task, '–'];
      const values = tasks[task].map((effects) => effects[name] ?? 0);
      const [difference, stray] = [average(values) - reference[i], deviation(values)];
      const isFar = Math.abs(difference) > TOLERANCE;
      if (MAIN.includes(name) && isFar) far.push({ task, name, difference, stray });
      return [
        task,
        `${signed(difference)}${isMean ? ` ±${stray.toFixed(3)}` : ''}${isFar ? ' !' : ''}`,
      ];
    });
    return [name, Object.fromEntries(cells)];
  });
  console.table(Object.fromEntries(rows));
  const cells = MAIN.length * Object.keys(REFERENCE).length - 1;
  console.log(`${cells - far.length} of ${cells} main effects are within ${TOLERANCE}.`);
  for (const { task, name, difference, stray } of far) {
    const why = isMean
      ? `: ${(Math.abs(difference) / stray).toFixed(1)} times what one forest strays`
      : '';
    console.log(`  ${task}, ${name}: ${signed(difference)}${why}`);
  }
  return far.every(({ difference, stray }) => isMean && Math.abs(difference) <= STRAY * stray);
}

/** Prints the means over tasks beside those of the reference; says whether they are near enough. */
function reportMeans(part, tasks) {
  const rows = EFFECTS.map((name, i) => {
    // A choice that a task lacks counts 0 there.
    const mean = average(
      Object.values(tasks).map((all) => average(all.map((effects) => effects[name] ?? 0))),
    );
    const reference = REFERENCE_MEANS[part][i];
    return { name, mean, reference, difference: mean - reference };
  });
  console.log(`\nMeans over tasks, ${part} trials:`);
  console.table(
    Object.fromEntries(
      rows.map(({ name, mean, reference, difference }) => [
        name,
        { ours: mean.toFixed(3), reference: reference.toFixed(3), difference: signed(difference) },
      ]),
    ),
  );
  return rows.every(
    ({ name, difference }) => !MAIN.includes(name) || Math.abs(difference) <= TOLERANCE,
  );
}

function mapTasks(tasks, choose) {
  return Object.fromEntries(Object.entries(tasks).map(([task, all]) => [task, choose(all)]));
}

function average(values) {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function deviation(values) {
  const mean = average(values);
  return Math.sqrt(
    values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(1, values.length - 1),
  );
}

function signed(value) {
  return `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(3)}`;
}
