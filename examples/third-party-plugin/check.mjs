// Installs the plugin and the program from packed tarballs into an empty folder, and runs them there. Needs the built
// packages and the npm registry.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '../..');
/** What the program imports, and what these import in turn. */
const NEEDED = ['core', 'data', 'engine', 'engine-onnx', 'pipeline', 'students', 'transformer'];
/** For the plugin's tests. */
const TESTING = ['testing'];

const folder = mkdtempSync(join(tmpdir(), 'distiller-third-party-'));
try {
  const tarballs = join(folder, 'tarballs');
  mkdirSync(tarballs);
  const pack = (path) => {
    const printed = run('npm', ['pack', path, '--pack-destination', tarballs, '--json'], root);
    return `file:${join(tarballs, JSON.parse(printed)[0].filename)}`;
  };
  const packages = Object.fromEntries(
    [...NEEDED, ...TESTING].map((name) => [
      `@distiller/${name}`,
      pack(join(root, 'packages', name)),
    ]),
  );
  const plugin = pack(join(here, 'distiller-plugin-hinge'));

  const app = join(folder, 'app');
  cpSync(join(here, 'app'), app, { recursive: true });
  const { [`@distiller/testing`]: testing, ...dependencies } = packages;
  const manifest = {
    name: 'app',
    private: true,
    type: 'module',
    dependencies: { ...dependencies, 'distiller-plugin-hinge': plugin },
    devDependencies: { '@distiller/testing': testing },
  };
  writeFileSync(join(app, 'package.json'), JSON.stringify(manifest, null, 2));
  run('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund'], app);

  const installed = readdirSync(join(app, 'node_modules/@distiller')).sort();
  assert.deepEqual(
    installed,
    [...NEEDED, ...TESTING].sort(),
    'More or less was installed than is needed.',
  );
  for (const name of installed) {
    const nested = join(app, 'node_modules/@distiller', name, 'node_modules/@distiller');
    assert.throws(() => readdirSync(nested), `${name} brought packages of Distiller of its own.`);
  }

  const test = join(app, 'rank-hinge.test.mjs');
  const source = readFileSync(join(here, 'distiller-plugin-hinge/rank-hinge.test.js'), 'utf8');
  writeFileSync(test, source.replace('./rank-hinge.js', 'distiller-plugin-hinge'));
  run(process.execPath, ['--test', test], app);

  const printed = run(process.execPath, ['main.mjs', 'run'], app);
  const { rows } = JSON.parse(readFileSync(join(app, 'run/result.json'), 'utf8'));
  const [teacher, student] = rows;
  assert.equal(teacher.scores.accuracy, 1, 'The rules are not right about everything.');
  assert.ok(student.scores.accuracy > 0.9, `The student learnt too little:\n${printed}`);
  console.log(
    `${printed.trim()}\nthird-party-plugin: installed ${installed.length} packages of Distiller and ran.`,
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function run(command, args, cwd) {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd, encoding: 'utf8' });
  assert.equal(
    status,
    0,
    `${command} ${args.join(' ')} ended with ${status}: ${error ?? ''}\n${stdout}\n${stderr}`,
  );
  return stdout;
}
