/**
 * The objectives on predictions beside PyTorch's, TextBrewer's and torchdistill's: the same logits, losses and gradients.
 *
 *     npm run build && node tools/golden/prediction-parity.mjs --python PATH [--engine cpu|wasm|onnx]
 *
 * PATH is a Python with the packages of tools/golden/requirements.txt. Exits with 1 when a loss or a gradient differs by more
 * than 1e-5 of its size.
 */
import { parseArgs } from 'node:util';
import { Registry } from '@distiller/core';
import { sgd } from '@distiller/engine';
import { objectivesPlugin } from '@distiller/objectives';
import { createEngine } from './create-engine.mjs';
import { runPython } from './run-python.mjs';

const TOLERANCE = 1e-5;

const { values: options } = parseArgs({
  options: {
    python: { type: 'string', default: 'python3' },
    engine: { type: 'string', default: 'onnx' },
  },
});

const registry = new Registry().use(objectivesPlugin);
const cases = runPython(options.python, 'prediction_parity.py', []);
const engine = await createEngine(options.engine);
const rows = [];
for (const theirs of cases) rows.push(await compare(theirs));
await engine.dispose();
console.log(`Objectives on predictions, engine ${engine.name}, differences of their size:`);
console.table(rows);
const isGood = rows.every((row) => [row.loss, row.gradient].every((x) => Number(x) <= TOLERANCE));
console.log(
  isGood
    ? `All ${rows.length} within ${TOLERANCE}.`
    : `Some of ${rows.length} differ by more than ${TOLERANCE}.`,
);
process.exitCode = isGood ? 0 : 1;

async function compare({ reference, kind, settings, inputs, loss, gradient }) {
  const objective = await registry.create('objective', settings);
  const reason = objective.refuses({
    kind,
    outputs: kind === 'span' ? 2 : inputs.student.shape[1],
  });
  if (reason !== undefined)
    throw new Error(`${JSON.stringify(settings)} refuses ${kind}: ${reason}`);
  const { student, ...rest } = Object.fromEntries(
    Object.entries(inputs).map(([name, tensor]) => [name, hostTensor(tensor)]),
  );
  const program = (params, fed) => ({ loss: objective.loss({ ...fed, ...params }), outputs: {} });
  const training = await engine.training(program, { student }, sgd());
  const ours = await training.gradients(rest, { seed: 1, step: 0 });
  await training.dispose();
  const largest = Math.max(...gradient.map(Math.abs));
  const apart = gradient.map((slope, i) => Math.abs(slope - ours.gradients.student.data[i]));
  const { use, ...others } = settings;
  return {
    objective: use,
    settings: JSON.stringify(others),
    on: 'weights' in inputs ? `${kind}, weighted` : kind,
    reference,
    value: ours.loss.toFixed(6),
    loss: (Math.abs(ours.loss - loss) / Math.abs(loss)).toExponential(1),
    gradient: (Math.max(...apart) / largest).toExponential(1),
  };
}

function hostTensor({ dtype, shape, data }) {
  return { dtype, shape, data: (dtype === 'int32' ? Int32Array : Float32Array).from(data) };
}
