// Runs a search of 24 trials on 2 processes once to its end. Then does it again, kills the coordinator with SIGKILL, resumes it,
// kills a worker, and compares the journal with the first. Exits 1 on any difference.
//   node tools/checks/search-resume.mjs [--trials 24] [--seed N] [--keep]
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createRng } from '@distiller/core';
import { bestTrial, readJournal, StudyState, studyOf } from '@distiller/search';
import { verifySignalCache } from '@distiller/teachers';
import { TEACHER } from './kill-recipes.mjs';
import { STUDENT, studyFor } from './search-study.mjs';

const CLI = fileURLToPath(new URL('../../packages/cli/bin/distiller.mjs', import.meta.url));
const { values: options } = parseArgs({
  options: {
    trials: { type: 'string', default: '24' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 2 ** 32)) },
    keep: { type: 'boolean', default: false },
  },
});
const trials = Number(options.trials);
const rng = createRng(Number(options.seed)).derive('search-resume');
const work = mkdtempSync(join(tmpdir(), 'distiller-search-'));
console.log(`seed ${options.seed}; repeat with --seed ${options.seed}`);
try {
  const problems = await check();
  for (const problem of problems) console.log(`WRONG: ${problem}`);
  process.exitCode = problems.length > 0 ? 1 : 0;
} finally {
  if (options.keep) console.log(`Everything is kept in ${work}.`);
  else rmSync(work, { recursive: true, force: true });
}

async function check() {
  const write = (name, content) =>
    writeFileSync(join(work, `${name}.json`), JSON.stringify(content, null, 2));
  write('teacher', TEACHER);
  write('student', STUDENT);
  write('study', studyFor(trials));
  run('finetune', join(work, 'teacher.json'), '--out', join(work, 'teacher'));

  const began = performance.now();
  await search('whole/study', []);
  const seconds = (performance.now() - began) / 1000;
  const whole = await stateOf('whole/study');
  console.log(`uninterrupted: ${trials} trials in ${seconds.toFixed(0)} s`);

  const [first, second] = [rng.derive('first').uniform(), rng.derive('second').uniform()];
  const third = Math.floor(trials / 3);
  const moments = [1 + Math.floor(first * third), third + 1 + Math.floor(second * third)];
  const ends = await search('killed/study', [], async (coordinator) => {
    await finished('killed/study', moments[0]);
    await setTimeout(rng.derive('delay').uniform() * 500);
    coordinator.kill('SIGKILL');
  });
  console.log(`coordinator killed (${ends}) with ${await count('killed/study')} trials finished`);
  let killed;
  await search('killed/study', ['--resume'], async (coordinator) => {
    await finished('killed/study', moments[1]);
    await setTimeout(rng.derive('delay', 2).uniform() * 500);
    killed = childrenOf(coordinator.pid)[0];
    if (killed) process.kill(killed, 'SIGKILL');
  });
  const lost = (await readJournal(join(work, 'killed/study'))).filter(
    ({ kind }) => kind === 'lost',
  );
  console.log(
    `worker ${killed} killed after trial ${moments[1]}; trials tried again: ${lost.length}`,
  );
  return compare(whole, await stateOf('killed/study'));
}

/** What differs, in words. */
async function compare(whole, found) {
  const [want, have] = [whole, found].map(({ trials }) => trials.map(outcomeOf));
  const problems = [];
  want.forEach((text, number) => {
    if (have[number] !== text)
      problems.push(`trial ${number} is ${have[number]} instead of ${text}`);
  });
  if (have.length !== want.length) problems.push(`${have.length} trials instead of ${want.length}`);
  const { objectives } = studyOf(whole);
  const [best, bestFound] = [whole, found].map((state) => bestTrial(state, objectives));
  if (best?.number !== bestFound?.number)
    problems.push(`the best is trial ${bestFound?.number} instead of ${best?.number}`);
  const [cache, cacheFound] = await Promise.all(
    ['whole', 'killed'].map((run) => verifySignalCache(join(work, run, 'cache'))),
  );
  const texts = (stores) => stores.map((store) => store.texts).join(', ');
  if (texts(cache) !== texts(cacheFound))
    problems.push(`the cache holds ${texts(cacheFound)} texts instead of ${texts(cache)}`);
  for (const { flaws } of cacheFound)
    for (const { problem } of flaws) problems.push(`signal cache: ${problem}`);
  const states = whole.trials.map(({ outcome }) => outcome?.state);
  console.table([
    {
      complete: states.filter((state) => state === 'complete').length,
      pruned: states.filter((state) => state === 'pruned').length,
      failed: states.filter((state) => state === 'failed').length,
      best: `trial ${best?.number}, ${best?.outcome.values[0]?.toFixed(4)}`,
      'after the kills': `trial ${bestFound?.number}, ${bestFound?.outcome.values[0]?.toFixed(4)}`,
      result: problems.length === 0 ? 'same trials' : 'different',
    },
  ]);
  return problems;
}

/** Everything that a trial is but its times. */
function outcomeOf({ configuration, outcome }) {
  const withoutTimes = (key, value) =>
    key === 'trainSeconds' || key === 'latencyMs' ? undefined : value;
  return JSON.stringify({ configuration, outcome }, withoutTimes);
}

/** Runs or resumes the search; `disturb` may kill something meanwhile. */
async function search(folder, more, disturb) {
  const log = openSync(join(work, 'log'), 'a');
  const child = spawn(
    process.execPath,
    [
      CLI,
      'search',
      join(work, 'study.json'),
      '--out',
      join(work, folder),
      '--workers',
      '2',
      '--quiet',
      ...more,
    ],
    { stdio: ['ignore', log, log] },
  );
  closeSync(log);
  const ended = new Promise((resolve) =>
    child.once('exit', (code, signal) => resolve(signal ?? code)),
  );
  await disturb?.(child);
  const how = await ended;
  if (how === 0 || how === 'SIGKILL') return how;
  throw new Error(
    `A search ended with ${how}:\n${readFileSync(join(work, 'log'), 'utf8').slice(-4000)}`,
  );
}

async function finished(folder, number) {
  while ((await count(folder)) < number) await setTimeout(20);
}

async function count(folder) {
  return (await stateOf(folder)).trials.filter(({ outcome }) => outcome).length;
}

async function stateOf(folder) {
  const records = await readJournal(join(work, folder)).catch((error) => {
    if (error.code === 'config') return []; // not begun yet
    throw error;
  });
  return new StudyState(records);
}

function childrenOf(pid) {
  const { stdout } = spawnSync('pgrep', ['-P', String(pid)], { encoding: 'utf8' });
  return stdout.split('\n').filter(Boolean).map(Number);
}

function run(...args) {
  execFileSync(process.execPath, [CLI, ...args, '--quiet'], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}
