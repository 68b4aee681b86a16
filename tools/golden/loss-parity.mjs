/**
 * Compares our intermediate objectives with TextBrewer's and torchdistill's where they define the same loss: value and
 * gradient of the student's side on random inputs with padding.
 *
 *     npm run build && node tools/golden/loss-parity.mjs --python PATH
 *
 * PATH is a Python with torch, textbrewer, tensorboard (which it imports) and torchdistill. Exits with 1 when a difference
 * exceeds 1e-5 of the largest value.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createRng } from '@distiller/core';
import * as losses from '@distiller/objectives';
import * as tf from '@tensorflow/tfjs';
import { runPython } from './run-python.mjs';

const TOLERANCE = 1e-5;
const [TEXTS, TOKENS, HEADS] = [5, 7, 3];
const LENGTHS = [7, 6, 4, 2, 1];

/**
 * Our losses by the name of the case in loss_parity.py. `width` makes states [B, T, width], otherwise inputs are scores
 * [B, H, T, T]. `full` leaves padding out, where the reference does not know masks.
 */
const CASES = {
  'hidden-mse': { width: 8, loss: losses.hiddenMse },
  'hidden-cosine': { width: 8, loss: losses.hiddenCosine },
  pkd: { width: 8, loss: losses.pkd },
  gram: { width: 8, loss: ({ previous, ...input }) => losses.gram(input, previous) },
  nst: { width: 8, full: true, loss: losses.nst },
  'attention-mse each': { loss: (input) => losses.attentionMse(input, { heads: 'each' }) },
  'attention-mse sum': { loss: (input) => losses.attentionMse(input, { heads: 'sum' }) },
  'attention-ce each': { loss: (input) => losses.attentionCe(input, { heads: 'each' }) },
  'attention-ce mean': { loss: (input) => losses.attentionCe(input, { heads: 'mean' }) },
  'rkd distance': {
    width: 8,
    loss: (input) => losses.rkd(input, { distance: 1, angle: 0, pool: 'cls' }),
  },
  'rkd angle': {
    width: 8,
    loss: (input) => losses.rkd(input, { distance: 0, angle: 1, pool: 'cls' }),
  },
};

const { values: options } = parseArgs({
  options: { python: { type: 'string', default: 'python3' } },
});
await tf.setBackend('cpu');

const folder = await mkdtemp(join(tmpdir(), 'distiller-losses-'));
try {
  const ours = Object.entries(CASES).map(([name, details], index) => run(name, details, index));
  const file = join(folder, 'cases.json');
  await writeFile(file, JSON.stringify(ours.map(({ name, inputs }) => ({ name, ...inputs }))));
  const theirs = runPython(options.python, 'loss_parity.py', [file]);
  const rows = Object.fromEntries(
    ours.map(({ name, value, gradient }, index) => [
      name,
      {
        reference: theirs[index].reference,
        value,
        'difference of value': worst([value], [theirs[index].value]),
        'difference of gradient': worst(gradient, theirs[index].gradient),
      },
    ]),
  );
  console.table(rows);
  const isGood = Object.values(rows).every(
    (row) => row['difference of value'] <= TOLERANCE && row['difference of gradient'] <= TOLERANCE,
  );
  console.log(
    isGood
      ? `All within ${TOLERANCE} of the largest value.`
      : `Some differ by more than ${TOLERANCE}.`,
  );
  process.exitCode = isGood ? 0 : 1;
} finally {
  await rm(folder, { recursive: true });
}

function run(name, { width, full = false, loss }, index) {
  const shape = width ? [TEXTS, TOKENS, width] : [TEXTS, HEADS, TOKENS, TOKENS];
  const rng = createRng(index);
  const draw = (side) => [...rng.derive(side).normals(shape.reduce((a, b) => a * b))];
  const mask = LENGTHS.map((length) =>
    Array.from({ length: TOKENS }, (_, t) => (full || t < length ? 1 : 0)),
  );
  const inputs = {
    shape,
    mask,
    ...Object.fromEntries(
      ['student', 'teacher', 'studentBefore', 'teacherBefore'].map((side) => [side, draw(side)]),
    ),
  };
  const tensor = (side) => tf.tensor(inputs[side], shape);
  const { value, grad } = tf.valueAndGrad((student) =>
    loss({
      student,
      teacher: tensor('teacher'),
      previous: { student: tensor('studentBefore'), teacher: tensor('teacherBefore') },
      mask: tf.tensor2d(mask),
    }),
  )(tensor('student'));
  return { name, inputs, value: value.dataSync()[0], gradient: [...grad.dataSync()] };
}

/** Largest difference as a share of the largest value. */
function worst(ours, theirs) {
  const largest = Math.max(...theirs.map(Math.abs));
  return Math.max(...theirs.map((value, i) => Math.abs(value - ours[i]))) / largest;
}
