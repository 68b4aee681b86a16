// How good the best of a number of trials is: our samplers, and Optuna's on the same functions where a Python that has it is given.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpus } from 'node:os';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createSampler, hypervolume } from '@distiller/search';
import { FRONTS, FUNCTIONS } from './functions.mjs';

const HELP = `npm run bench -- samplers [options]
  --trials N     evaluations of one objective (default 100)
  --front N      evaluations of two objectives (default 400)
  --population N of NSGA-II (default 20)
  --seeds N      runs of each sampler (default 20)
  --only TEXT    functions whose name holds it
  --python PATH  a Python with Optuna (tools/golden/requirements-search.txt), to run its samplers too`;

export async function run(argv) {
  const { values } = parseArgs({
    args: argv,
    options: {
      trials: { type: 'string', default: '100' },
      front: { type: 'string', default: '400' },
      population: { type: 'string', default: '20' },
      seeds: { type: 'string', default: '20' },
      only: { type: 'string', default: '' },
      python: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return console.log(HELP);
  const [trials, front, population, seeds] = ['trials', 'front', 'population', 'seeds'].map(
    (name) => Number(values[name]),
  );
  const isWanted = ([name]) => name.includes(values.only);
  console.error(`${cpus()[0]?.model}, ${seeds} seeds`);
  for (const [name, problem] of Object.entries(FUNCTIONS).filter(isWanted)) {
    const settings = { objectives: 1, trials, seeds };
    const bests = await both(
      ['random', 'quasi-random', 'tpe'],
      problem,
      settings,
      values.python,
      (points) => Math.min(...points.map(([value]) => value)),
    );
    report(`${name}: best of ${trials}, least possible ${problem.least}`, bests, (a, b) => a < b);
  }
  for (const [name, problem] of Object.entries(FRONTS).filter(isWanted)) {
    const settings = { objectives: 2, trials: front, seeds, population };
    const volumes = await both(['random', 'nsga-ii'], problem, settings, values.python, (points) =>
      hypervolume(points, objectivesOf(2), problem.reference),
    );
    report(`${name}: hypervolume of ${front}`, volumes, (a, b) => a > b);
  }
}

/** A figure for each seed, by sampler: ours first. */
async function both(samplers, problem, settings, python, figure) {
  const figures = new Map();
  for (const use of samplers) figures.set(use, ours(use, problem, settings).map(figure));
  for (const use of python ? samplers : [])
    figures.set(`Optuna ${use}`, (await optunas(use, problem, settings, python)).map(figure));
  return figures;
}

/** The values of every trial, by seed. */
function ours(use, { space, values }, { objectives, trials, seeds, population }) {
  const sampler = createSampler(use === 'nsga-ii' ? { use, population } : { use });
  return Array.from({ length: seeds }, (_, seed) => {
    const done = [];
    for (let number = 0; number < trials; number++) {
      const request = { space, objectives: objectivesOf(objectives), number, trials: done, seed };
      const configuration = sampler.propose(request);
      done.push({
        number,
        configuration,
        state: 'complete',
        reports: [],
        values: values(configuration),
      });
    }
    return done.map((trial) => trial.values);
  });
}

async function optunas(sampler, { space, values }, settings, python) {
  const script = fileURLToPath(new URL('optuna_samplers.py', import.meta.url));
  const child = spawn(python, [script], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  child.stdin.write(`${JSON.stringify({ space, sampler, ...settings })}\n`);
  const points = [];
  for await (const line of createInterface({ input: child.stdout })) {
    const point = values(JSON.parse(line));
    points.push(point);
    child.stdin.write(`${JSON.stringify(point)}\n`);
  }
  const [code] = await ended;
  if (code !== 0) throw new Error(`${python} ${script} failed with exit code ${code}`);
  return Array.from({ length: settings.seeds }, (_, seed) =>
    points.slice(seed * settings.trials, (seed + 1) * settings.trials),
  );
}

function objectivesOf(count) {
  return Array.from({ length: count }, (_, i) => ({ name: `f${i}`, direction: 'minimise' }));
}

/** `wins`: share of the seeds in which the sampler did better than our random one; equal counts half. */
function report(title, figures, isBetter) {
  console.log(`\n${title}`);
  const random = figures.get('random');
  console.log(
    `  ${'sampler'.padEnd(22)}${'mean'.padStart(10)}${'s.e.'.padStart(9)}${'wins'.padStart(7)}`,
  );
  for (const [name, values] of figures) {
    const mean = average(values);
    const variance =
      values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(1, values.length - 1);
    const wins = average(
      values.map((value, i) => (isBetter(value, random[i]) ? 1 : value === random[i] ? 0.5 : 0)),
    );
    const error = Math.sqrt(variance / values.length);
    const share = name === 'random' ? '–' : `${(100 * wins).toFixed(0)} %`;
    console.log(
      `  ${name.padEnd(22)}${mean.toFixed(4).padStart(10)}${error.toFixed(4).padStart(9)}${share.padStart(7)}`,
    );
  }
}

function average(values) {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
