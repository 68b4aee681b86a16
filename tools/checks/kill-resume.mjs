// Kills runs of `distiller run` with SIGKILL at moments spread over the whole run, resumes them, and compares what they
// leave with an uninterrupted run, byte for byte. Exits 1 on any difference.
//   node tools/checks/kill-resume.mjs [--runs 5] [--seed N] [--keep]
import { spawn, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  closeSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createRng } from '@distiller/core';
import { verifySignalCache } from '@distiller/teachers';
import { differences } from './compare-runs.mjs';
import { KINDS, momentOf, progressOf } from './kill-moments.mjs';
import { RECIPES, TEACHER } from './kill-recipes.mjs';

const CLI = fileURLToPath(new URL('../../packages/cli/bin/distiller.mjs', import.meta.url));
const { values: options } = parseArgs({
  options: {
    runs: { type: 'string', default: '5' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 2 ** 32)) },
    keep: { type: 'boolean', default: false },
  },
});

const rng = createRng(Number(options.seed)).derive('kill-resume');
const work = mkdtempSync(join(tmpdir(), 'distiller-kill-'));
console.log(`seed ${options.seed}; repeat with --seed ${options.seed}`);
let failed = false;
try {
  distiller('finetune', recipeFile('teacher', TEACHER), '--out', join(work, 'teacher'));
  for (const [variant, recipe] of Object.entries(RECIPES)) await checkVariant(variant, recipe);
} finally {
  if (options.keep) console.log(`Everything is kept in ${work}.`);
  else rmSync(work, { recursive: true, force: true });
}
process.exitCode = failed ? 1 : 0;

/** One uninterrupted run, then the killed ones. */
async function checkVariant(variant, recipe) {
  const file = recipeFile(variant, recipe);
  const reference = join(work, variant, 'whole', 'run');
  const began = performance.now();
  distiller('run', file, '--out', reference);
  const seconds = (performance.now() - began) / 1000;
  const whole = progressOf(reference);
  console.log(
    `\n${variant}: an uninterrupted run takes ${seconds.toFixed(1)} s and writes ${whole.lines} lines of metrics and ${Math.ceil(recipe.training.maxSteps / recipe.training.checkpointEvery)} checkpoints a student`,
  );
  const stream = rng.derive(variant);
  const kinds = spread(Number(options.runs), variant, stream);
  const rows = [];
  for (const [index, planned] of kinds.entries()) {
    const folder = join(work, variant, `killed-${index + 1}`, 'run');
    const kills = [];
    for (const [number, kind] of planned.entries()) {
      kills.push(await runAndKill(file, folder, kind, whole, stream.derive(index, number)));
    }
    distiller('run', file, '--out', folder, '--resume');
    const found = differences(reference, folder);
    found.push(...(await cacheFlaws(folder, reference)));
    failed ||= found.length > 0;
    rows.push({
      run: index + 1,
      'killed at': kills.join(' | '),
      result: found.length === 0 ? 'same bytes' : found.join('; '),
    });
  }
  console.table(rows);
}

/** Kinds of moments for each run, one to three a run, every kind as often as any other. */
function spread(runs, variant, stream) {
  const usable = KINDS.filter((kind) => kind !== 'cache' || variant === 'cached');
  const order = stream.derive('kinds').permutation(usable.length);
  let next = 0;
  return Array.from({ length: runs }, (_, run) =>
    Array.from({ length: 1 + (run % 3) }, () => usable[order[next++ % usable.length]]).sort(
      (a, b) => KINDS.indexOf(a) - KINDS.indexOf(b),
    ),
  );
}

/** Starts or resumes a run, kills it at a moment of the kind, and tells where that was. */
async function runAndKill(file, folder, kind, whole, stream) {
  const started = performance.now();
  const log = openLog();
  const child = spawn(
    process.execPath,
    [CLI, 'run', file, '--out', folder, '--quiet', ...(existsSync(folder) ? ['--resume'] : [])],
    { stdio: ['ignore', log, log] },
  );
  closeSync(log);
  const ended = new Promise((resolve) =>
    child.once('exit', (code, signal) => resolve({ code, signal })),
  );
  const isDue = momentOf(kind, folder, whole, stream);
  const timer = setInterval(() => {
    if (isDue(performance.now() - started)) child.kill('SIGKILL');
  }, 1);
  const { code, signal } = await ended;
  clearInterval(timer);
  if (signal === 'SIGKILL') return `${kind}: ${progressOf(folder).text}`;
  if (code === 0) return `${kind}: ended first`;
  throw new Error(
    `A run ended with ${code ?? signal}:\n${readFileSync(join(work, 'log'), 'utf8').slice(-4000)}`,
  );
}

/** What is wrong with the signals that a killed and resumed run cached. */
async function cacheFlaws(folder, reference) {
  const [own, expected] = await Promise.all(
    [folder, reference].map(async (run) => {
      const cache = join(run, '../cache');
      return existsSync(cache) ? verifySignalCache(cache) : [];
    }),
  );
  const texts = (stores) => stores.map((store) => store.texts).join(', ');
  return [
    ...own.flatMap(({ flaws }) => flaws.map(({ problem }) => `signal cache: ${problem}`)),
    ...(texts(own) === texts(expected)
      ? []
      : [`signal cache: ${texts(own)} texts instead of ${texts(expected)}`]),
  ];
}

/** Runs a command to its end. */
function distiller(...args) {
  const log = openLog();
  const { status } = spawnSync(process.execPath, [CLI, ...args, '--quiet'], {
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  if (status !== 0) {
    throw new Error(
      `distiller ${args.join(' ')} ended with ${status}:\n${readFileSync(join(work, 'log'), 'utf8').slice(-4000)}`,
    );
  }
}

function openLog() {
  return openSync(join(work, 'log'), 'a');
}

function recipeFile(name, recipe) {
  mkdirSync(work, { recursive: true });
  const path = join(work, `${name}.json`);
  writeFileSync(path, JSON.stringify(recipe, null, 2));
  return path;
}
