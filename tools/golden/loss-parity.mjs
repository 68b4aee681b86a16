/**
 * Compares our losses and their gradients with those of TextBrewer, torchdistill and PyTorch on random masked inputs. What is
 * compared stands in the table CASES of loss_parity.py.
 *
 *     npm run build && node tools/golden/loss-parity.mjs --python PATH [--only COMPONENT]
 *
 * PATH is a Python with the packages of tools/golden/requirements.txt and requirements-losses.txt. Exits with 1 when a difference
 * exceeds 1e-5 of the loss (or of 1), or 1e-4 of the largest entry of the gradient.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { readSafetensors } from '@distiller/engine';
import { objectivesPlugin } from '@distiller/objectives';
import * as tf from '@tensorflow/tfjs';
import { runPython } from './run-python.mjs';

const TOLERANCE = { loss: 1e-5, gradient: 1e-4 };

const { values: options } = parseArgs({
  options: { python: { type: 'string', default: 'python3' }, only: { type: 'string' } },
});

await tf.setBackend('cpu');
const directory = await mkdtemp(join(tmpdir(), 'distiller-losses-'));
try {
  const { cases, missing } = runPython(options.python, 'loss_parity.py', [directory]);
  const rows = [];
  for (const [index, theirs] of cases.entries()) {
    if (options.only === undefined || theirs.component === options.only)
      rows.push(await compare(index, theirs));
  }
  for (const module of missing) console.log(`Left out what needs ${module}, which is missing.`);
  console.log('Largest differences, of the loss (or of 1) and of the largest gradient:');
  console.table(Object.fromEntries(rows.map(({ name, ...row }) => [name, format(row)])));
  const isGood =
    rows.length > 0 &&
    rows.every((row) => row.loss <= TOLERANCE.loss && row.gradient <= TOLERANCE.gradient);
  console.log(
    isGood ? `All ${rows.length} agree.` : 'Some differ, or there is nothing to compare.',
  );
  process.exitCode = isGood ? 0 : 1;
} finally {
  await rm(directory, { recursive: true });
}

/** Runs one component on every draw and returns how far it was from the reference at worst. */
async function compare(index, { name, kind, component, settings, against, losses }) {
  const definition = objectivesPlugin.components.find(
    (one) => one.kind === kind && one.name === component,
  );
  if (!definition) throw new Error(`There is no ${kind} "${component}".`);
  const objective = await definition.create(definition.settings.parse(settings), {});
  const worst = { loss: 0, gradient: 0 };
  for (const [draw, expected] of losses.entries()) {
    const { tensors } = await readSafetensors(join(directory, `${index}-${draw}.safetensors`));
    const { loss, gradient } = evaluate(objective, tensors);
    worst.loss = larger(worst.loss, Math.abs(loss - expected) / Math.max(1, Math.abs(expected)));
    worst.gradient = larger(worst.gradient, apart(gradient, tensors.gradient.data));
  }
  return { name, against, example: losses[0], ...worst };
}

/** Our loss and its gradient with respect to the student. */
function evaluate(objective, tensors) {
  return tf.tidy(() => {
    const given = Object.fromEntries(
      Object.entries(tensors).map(([name, { data, shape, dtype }]) => [
        name,
        tf.tensor(data, shape, dtype),
      ]),
    );
    const { student, teacher, mask, labels } = given;
    const previous = given['previous student'] && {
      student: given['previous student'],
      teacher: given['previous teacher'],
    };
    const input = { teacher, mask, labels, previous, params: {} };
    const run = tf.valueAndGrad((x) => objective.loss({ ...input, student: x }));
    const { value, grad } = run(student);
    return { loss: value.dataSync()[0], gradient: grad.dataSync() };
  });
}

function apart(ours, theirs) {
  let [worst, scale] = [0, 0];
  for (let i = 0; i < theirs.length; i++) {
    worst = larger(worst, Math.abs(ours[i] - theirs[i]));
    scale = larger(scale, Math.abs(theirs[i]));
  }
  return worst / scale;
}

function larger(a, b) {
  return b <= a ? a : b; // keeps a NaN
}

function format({ against, example, loss, gradient }) {
  return {
    'compared with': against,
    'a loss': example.toFixed(6),
    loss: loss.toExponential(1),
    gradient: gradient.toExponential(1),
  };
}
