// Runs the plugin's own tests and a recipe that uses it on the compiled engine. Needs the built packages.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '../..');
const folder = join(root, 'runs/plugin');
rmSync(folder, { recursive: true, force: true });

node('--test', '--test-reporter=dot', join(here, 'hellinger/hellinger.test.js'));
distiller('finetune', join(here, 'teacher.yaml'), '--out', join(folder, 'teacher'), '--quiet');
distiller('run', join(here, 'recipe.yaml'), '--out', join(folder, 'student'), '--quiet');

const { engine, rows } = JSON.parse(readFileSync(join(folder, 'student/result.json'), 'utf8'));
assert.equal(engine, 'onnx/cpu');
assert.ok(rows[2].scores.accuracy > 0.6, 'The student learnt no better than by chance.');
const losses = readFileSync(join(folder, 'student/metrics.jsonl'), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line).losses?.['hellinger'])
  .filter((loss) => loss !== undefined);
assert.ok(losses.length > 1, 'The objective left no trace in metrics.jsonl.');
assert.ok(losses.at(-1) < losses[0], `The loss went from ${losses[0]} to ${losses.at(-1)}.`);
console.log(
  `plugin: hellinger fell from ${losses[0].toFixed(3)} to ${losses.at(-1).toFixed(3)} on ${engine}.`,
);

function distiller(...args) {
  node(join(root, 'packages/cli/bin/distiller.mjs'), ...args);
}

function node(...args) {
  const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' });
  assert.equal(status, 0, `node ${args.join(' ')} ended with ${status}.`);
}
