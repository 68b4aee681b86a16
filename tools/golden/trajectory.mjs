/**
 * Fine-tunes with our AdamW beside PyTorch's: same weights, same batches, same learning rates, no dropout. A random small BERT,
 * and MiniLM-L6 on SST-2.
 *
 *     npm run build && node tools/golden/trajectory.mjs --python PATH [--engine cpu|wasm|onnx] [--steps 50]
 *
 * PATH is a Python with the packages of tools/golden/requirements.txt; SST-2 is looked for in DISTILLER_DATA. Exits with 1 when
 * a loss differs by more than 1e-3.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { adamw, readSafetensors } from '@distiller/engine';
import { hardLabel } from '@distiller/objectives';
import { loadModel } from '@distiller/transformer';
import { createEngine } from './create-engine.mjs';
import { runPython } from './run-python.mjs';

const TOLERANCE = 1e-3;

const { values: options } = parseArgs({
  options: {
    python: { type: 'string', default: 'python3' },
    engine: { type: 'string', default: 'onnx' },
    steps: { type: 'string', default: '50' },
  },
});
const data =
  process.env.DISTILLER_DATA ?? fileURLToPath(new URL('../../../shared/data', import.meta.url));

/** The models are fed with ids: nothing is tokenized here. */
const noTokenizer = {
  fingerprint: '',
  vocabularySize: 0,
  padId: 0,
  encode: () => ({ ids: [], types: [] }),
  files: () => ({}),
};

const directory = await mkdtemp(join(tmpdir(), 'distiller-trajectory-'));
try {
  const sst2 = join(data, 'glue', 'SST-2', 'dev.tsv');
  const cases = runPython(options.python, 'trajectory.py', [directory, options.steps, sst2]);
  const engine = await createEngine(options.engine);
  const rows = {};
  for (const theirs of cases) rows[theirs.name] = await follow(engine, theirs);
  await engine.dispose();
  console.log(
    `${options.steps} AdamW steps beside PyTorch, engine ${engine.name}, largest differences:`,
  );
  console.table(rows);
  const isGood = Object.values(rows).every(({ loss }) => Number(loss) <= TOLERANCE);
  console.log(
    isGood ? `All losses within ${TOLERANCE}.` : `Some losses differ by more than ${TOLERANCE}.`,
  );
  process.exitCode = isGood ? 0 : 1;
} finally {
  await rm(directory, { recursive: true });
}

/** Trains one model as PyTorch did and returns how far apart the two stayed. */
async function follow(engine, { name, losses, norms, rates, decay, clip }) {
  const load = (folder) => loadModel(join(directory, name, folder), { tokenizer: noTokenizer });
  const model = await load('theirs');
  const { tensors } = await readSafetensors(join(directory, name, 'batches.safetensors'));
  const program = (params, { labels, ...inputs }, context) => {
    const { logits } = model.forward(params, inputs, { ...context, training: false });
    return { loss: hardLabel(logits, labels), outputs: {} };
  };
  const optimizer = adamw({ weightDecay: decay, maxGradientNorm: clip });
  const training = await engine.training(program, model.weights, optimizer);
  const worst = { loss: 0, norm: 0 };
  let last = 0;
  for (const [step, learningRate] of rates.entries()) {
    const result = await training.step([batchOf(tensors, step)], { seed: 1, step, learningRate });
    worst.loss = larger(worst.loss, Math.abs(result.loss - losses[step]));
    worst.norm = larger(worst.norm, Math.abs(result.gradientNorm / norms[step] - 1));
    last = result.loss;
  }
  const trained = await load('trained');
  const apart = distance(await training.weights(), trained.weights);
  const moved = distance(model.weights, trained.weights);
  await training.dispose();
  return {
    'loss at first': losses[0].toFixed(4),
    'at last': last.toFixed(4),
    loss: worst.loss.toExponential(1),
    'gradient norm, relative': worst.norm.toExponential(1),
    'weights, of the way gone': (apart / moved).toExponential(1),
  };
}

function batchOf({ input_ids, attention_mask, token_type_ids, labels }, step) {
  return {
    ids: rowsOf(input_ids, step),
    mask: rowsOf(attention_mask, step),
    types: rowsOf(token_type_ids, step),
    labels: rowsOf(labels, step),
  };
}

/** Entry `step` of the first axis. */
function rowsOf({ dtype, shape: [, ...shape], data }, step) {
  const size = shape.reduce((product, length) => product * length, 1);
  return { dtype, shape, data: data.slice(step * size, (step + 1) * size) };
}

/** Euclidean distance of two sets of weights. */
function distance(ours, theirs) {
  let sum = 0;
  for (const [name, { data }] of Object.entries(theirs)) {
    for (let i = 0; i < data.length; i++) sum += (data[i] - ours[name].data[i]) ** 2;
  }
  return Math.sqrt(sum);
}

function larger(a, b) {
  return b <= a ? a : b; // keeps a NaN
}
