// Type-checks and runs the example, and checks what it claims. Needs the built packages.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '../..');
const folder = join(root, 'runs/compose-in-code');

node(join(root, 'node_modules/typescript/bin/tsc'), '-p', here);
rmSync(folder, { recursive: true, force: true });
node(join(here, 'dist/main.js'), folder);

const composed = result('composed');
assert.deepEqual(
  composed.rows.map(({ role }) => role),
  ['teacher', 'student-no-kd', 'student-kd'],
);
const [teacher, , student] = composed.rows;
assert.ok(teacher.scores.accuracy > 0.95, `The teacher's accuracy is ${teacher.scores.accuracy}.`);
assert.ok(student.scores.accuracy > 0.9, `The student's accuracy is ${student.scores.accuracy}.`);
assert.ok(composed.gain > 0.2, `The teacher is worth only ${composed.gain}.`);
assert.ok(student.parameters < teacher.parameters / 3);
assert.deepEqual(result('from-recipe').rows.map(scores), composed.rows.map(scores));
assert.ok(weights('from-recipe').equals(weights('composed')), 'The two students differ.');
console.log(
  'compose-in-code: the composed pipeline and its recipe gave the same student, byte for byte.',
);

function node(...args) {
  const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' });
  assert.equal(status, 0, `node ${args.join(' ')} ended with ${status}.`);
}

function result(run) {
  return JSON.parse(readFileSync(join(folder, run, 'result.json'), 'utf8'));
}

function weights(run) {
  return readFileSync(join(folder, run, 'student/model.safetensors'));
}

function scores(row) {
  return row.scores;
}
