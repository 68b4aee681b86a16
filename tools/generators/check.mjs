// Generates a plugin of each kind, checks and builds it, runs its recipe, and removes it again. Needs the built packages.
//   node tools/generators/check.mjs [KIND...]
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const schema = JSON.parse(readFileSync(new URL('plugin/schema.json', import.meta.url), 'utf8'));
const kinds = process.argv.slice(2);
if (kinds.length === 0) kinds.push(...schema.properties.kind.enum);
const listed = JSON.parse(
  execFileSync(
    process.execPath,
    [join(root, 'packages/cli/bin/distiller.mjs'), 'stages', '--json'],
    {
      cwd: root,
      encoding: 'utf8',
    },
  ),
);
for (const { kind } of listed) {
  assert.ok(
    schema.properties.kind.enum.includes(kind),
    `Components of the kind ${kind} can't be generated: it needs a template in tools/generators/plugin.`,
  );
}
const nameOf = (kind) => `generated-${kind}`;
const folders = kinds.map((kind) => join(root, 'plugins', nameOf(kind)));
const runs = join(root, 'runs', 'generated');
const teachers = new Map();

for (const folder of folders) {
  assert.ok(!existsSync(folder), `${folder} is left from an earlier check; remove it.`);
}
rmSync(runs, { recursive: true, force: true });
const references = readFileSync(join(root, 'tsconfig.json'));
try {
  for (const kind of kinds) {
    nx('g', '@distiller/generators:plugin', nameOf(kind), `--kind=${kind}`);
  }
  const packages = kinds.map((kind) => `distiller-plugin-${nameOf(kind)}`).join();
  nx('run-many', '-t', 'lint', 'typecheck', 'build', 'test', '-p', packages);
  for (const kind of kinds) {
    const recipe = join('plugins', nameOf(kind), 'example/recipe.yaml');
    const student = join(runs, kind, 'student');
    // A plugin with a teacher brings its own.
    const model = kind === 'teacher' ? [] : ['--set', `teacher.model=${teacherFor(kind)}`];
    distiller('run', recipe, '--out', student, ...model);
    const used =
      kind === 'architecture'
        ? JSON.parse(readFileSync(join(teacherFor(kind), 'config.json'), 'utf8')).model_type
        : readFileSync(join(student, 'recipe.resolved.yaml'), 'utf8').match(
            new RegExp(`use: (${nameOf(kind)})$`, 'm'),
          )?.[1];
    assert.equal(used, nameOf(kind), `The recipe does not use ${nameOf(kind)}.`);
    console.log(`generators: a generated ${kind} builds, passes its tests and runs.`);
  }
} finally {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  writeFileSync(join(root, 'tsconfig.json'), references);
}

/** The model that a kind's example/teacher.yaml makes. Recipes that differ in names alone make one together. */
function teacherFor(kind) {
  const recipe = join('plugins', nameOf(kind), 'example/teacher.yaml');
  const said = readFileSync(join(root, recipe), 'utf8').replace(/^#.*|^name:.*/gm, '');
  const out = join(runs, kind, 'teacher');
  if (!teachers.has(said)) {
    distiller('finetune', recipe, '--out', out);
    teachers.set(said, join(out, 'model'));
  }
  return teachers.get(said);
}

function nx(...args) {
  node(join(root, 'node_modules/.bin/nx'), ...args);
}

function distiller(...args) {
  node(join(root, 'packages/cli/bin/distiller.mjs'), ...args, '--quiet');
}

/** Runs a script; shows what it printed only when it failed. */
function node(...args) {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, NX_DAEMON: 'false', NX_TUI: 'false' },
  });
  assert.equal(status, 0, `node ${args.join(' ')} ended with ${status}:\n${stdout}\n${stderr}`);
}
