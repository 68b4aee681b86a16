/**
 * Compares our encoder with transformers: for random models of each family and each head (texts, tokens, spans) and for MiniLM-L6, token ids, every hidden state,
 * every attention map and the logits; then the logits of the folders that we write, as transformers computes them.
 *
 *     npm run build && node tools/golden/transformers-parity.mjs --python PATH [--engine cpu|wasm|onnx]
 *
 * PATH is a Python with the packages of tools/golden/requirements.txt. Exits with 1 when a difference exceeds 1e-4.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createRng } from '@distiller/core';
import { readSafetensors, writeSafetensors } from '@distiller/engine';
import { loadModel } from '@distiller/transformer';
import { createEngine } from './create-engine.mjs';
import { runPython } from './run-python.mjs';

const TOLERANCE = 1e-4;

const { values: options } = parseArgs({
  options: {
    python: { type: 'string', default: 'python3' },
    engine: { type: 'string', default: 'wasm' },
  },
});

const directory = await mkdtemp(join(tmpdir(), 'distiller-parity-'));
try {
  const cases = runPython(options.python, 'transformers_parity.py', ['make', directory]);
  const engine = await createEngine(options.engine);
  const rows = [];
  for (const { name, folder, texts } of cases)
    rows.push(await compare(engine, name, folder, texts));
  await engine.dispose();
  const written = runPython(options.python, 'transformers_parity.py', ['check', directory]);
  for (const row of rows) row['logits of our folder'] = written[row.model];
  console.log(`Largest absolute differences from transformers, engine ${engine.name}:`);
  console.table(Object.fromEntries(rows.map(({ model, ...row }) => [model, format(row)])));
  const numbers = rows.flatMap((row) =>
    Object.values(row).filter((value) => typeof value === 'number'),
  );
  const isGood =
    numbers.every((value) => value <= TOLERANCE) && rows.every((row) => row.ids === 'same');
  console.log(isGood ? `All within ${TOLERANCE}.` : `Some differ by more than ${TOLERANCE}.`);
  process.exitCode = isGood ? 0 : 1;
} finally {
  await rm(directory, { recursive: true });
}

/** Runs one model, writes our folder and our logits for the check, and returns the worst differences. */
async function compare(engine, name, folder, texts) {
  const model = await loadModel(
    folder,
    // MiniLM comes without a classifier.
    name === 'minilm-l6'
      ? {
          head: {
            labels: ['LABEL_0', 'LABEL_1', 'LABEL_2'],
            problem: 'classification',
            rng: createRng(1),
          },
        }
      : {},
  );
  const { tensors: reference } = await readSafetensors(
    join(directory, name, 'reference.safetensors'),
  );
  const inputs = {
    ids: reference.input_ids,
    mask: reference.attention_mask,
    types: reference.token_type_ids,
  };
  const program = (params, tensors, context) => {
    const { logits, hidden, attentions } = model.forward(params, tensors, context);
    const outputs = { logits };
    for (const [i, tensor] of hidden.entries()) outputs[`hidden/${i}`] = tensor;
    for (const [i, tensor] of attentions.entries()) outputs[`attentions/${i}`] = tensor;
    return { outputs };
  };
  const inference = await engine.inference(program, model.weights);
  const outputs = await inference.run(inputs);
  await inference.dispose();
  await model.save(join(directory, name, 'ours'));
  await writeSafetensors(join(directory, name, 'ours.safetensors'), { logits: outputs.logits });

  const worst = (part) =>
    Math.max(
      ...Object.keys(reference)
        .filter((key) => key.startsWith(part))
        .map((key) => difference(outputs[key], reference[key])),
    );
  return {
    model: name,
    ids: areIdsEqual(model.tokenizer, texts, inputs) ? 'same' : 'DIFFERENT',
    'hidden states': worst('hidden/'),
    attentions: worst('attentions/'),
    ...('logits' in reference && { logits: worst('logits') }),
  };
}

function difference(ours, theirs) {
  let worst = 0;
  for (let i = 0; i < theirs.data.length; i++) {
    const apart = Math.abs(ours.data[i] - theirs.data[i]);
    worst = apart <= worst ? worst : apart; // keeps a NaN
  }
  return worst;
}

function areIdsEqual(tokenizer, texts, { ids, types, mask }) {
  const length = ids.shape[1];
  return texts.every((pair, row) => {
    const { ids: ourIds, types: ourTypes } = tokenizer.encode(pair, 48);
    const count = mask.data
      .subarray(row * length, (row + 1) * length)
      .reduce((sum, value) => sum + value, 0);
    const part = ({ data }) => data.subarray(row * length, row * length + count);
    return String(ourIds) === String(part(ids)) && String(ourTypes) === String(part(types));
  });
}

function format(row) {
  return Object.fromEntries(
    Object.entries(row).map(([key, value]) => [
      key,
      typeof value === 'number' ? value.toExponential(1) : value,
    ]),
  );
}
