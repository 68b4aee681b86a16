// Runs the quickstart: trains a teacher, distils it, prints the comparison and a prediction, exports to ONNX.
//   node examples/quickstart/quickstart.mjs [--seed N] [--short]
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '../..');
const { values } = parseArgs({ options: { seed: { type: 'string' }, short: { type: 'boolean' } } });
const began = performance.now();

const folder = join(root, values.short ? 'runs/quickstart-short' : 'runs/quickstart');
rmSync(folder, { recursive: true, force: true });
const teacher = join(folder, 'teacher');
const student = join(folder, 'student');
const options = [
  ...(values.seed ? ['--seed', values.seed] : []),
  // A few steps on few texts: shows that everything works, not that it learns.
  ...(values.short
    ? [
        'training.maxSteps=30',
        'task.labelled=1000',
        'task.validation=200',
        'task.test=200',
      ].flatMap((set) => ['--set', set])
    : []),
];

distiller('finetune', join(here, 'teacher.yaml'), '--out', teacher, ...options);
distiller(
  'run',
  join(here, 'distil.yaml'),
  '--out',
  student,
  '--set',
  `teacher.model=${join(teacher, 'model')}`,
  ...options,
);
distiller('predict', join(student, 'student'), 'a small domesticated animal kept for its wool');
distiller('export', join(student, 'student'), '--format', 'onnx', '--out', join(folder, 'export'));

const minutes = (performance.now() - began) / 60_000;
console.log(
  `\nDone in ${minutes.toFixed(1)} minutes. The student is in ${relative(root, join(folder, 'export'))}, ready for transformers.js.`,
);

function distiller(...args) {
  const shown = args.map((arg) =>
    arg.includes(' ') ? JSON.stringify(arg) : arg.startsWith(root) ? relative(root, arg) : arg,
  );
  console.log(`\n$ distiller ${shown.join(' ')}`);
  const { status } = spawnSync(
    process.execPath,
    [join(root, 'packages/cli/bin/distiller.mjs'), ...args],
    {
      cwd: root,
      stdio: 'inherit',
    },
  );
  if (status !== 0) process.exit(status ?? 1);
}
