// Exports models with `distiller export --format onnx` and compares what the unmodified transformers.js makes of
// them with what `distiller predict` says. Prints the worst difference of a probability for each model; fails
// above 1e-4.
//
//   npm install --prefix /some/folder --ignore-scripts @huggingface/transformers@4.3.1
//   node tools/golden/transformers-js-parity.mjs /some/folder/node_modules/@huggingface/transformers MODEL...
//
// MODEL is a Hugging Face folder with a classifier, or a run folder. Build first: `npm run build`.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { capturedIo, run } from '@distiller/cli';

const TOLERANCE = 1e-4;
// None is longer than the models read: transformers.js cuts off the closing [SEP] of such texts, others keep it.
const TEXTS = [
  'a fine film',
  'what a bore .',
  'It was -- for once -- worth every minute: I would watch it again!',
  'naïve café 東京 🙂 <b>markup</b>',
  'a',
  '',
];

const [modulePath, ...models] = process.argv.slice(2);
if (!modulePath || models.length === 0) {
  console.error('Usage: node tools/golden/transformers-js-parity.mjs TRANSFORMERS_MODULE MODEL...');
  process.exit(2);
}

/** Runs a command of distiller in this process and returns the JSON lines or the document that it prints. */
async function distiller(...args) {
  const io = capturedIo();
  const code = await run(['--json', '--quiet', ...args], io);
  if (code !== 0) throw new Error(`distiller ${args.join(' ')}: ${io.stderr}`);
  return io.stdout;
}

async function importTransformers(path) {
  const manifest = JSON.parse(await readFile(join(path, 'package.json'), 'utf8'));
  const entry = manifest.exports.node?.import?.default ?? manifest.exports.node.import;
  console.log(`transformers.js ${manifest.version}`);
  return import(pathToFileURL(join(path, entry)).href);
}

const { pipeline, env } = await importTransformers(resolve(modulePath));
env.allowRemoteModels = false;

let failed = 0;
for (const model of models) {
  const folder = await mkdtemp(join(tmpdir(), 'distiller-parity-'));
  try {
    await distiller('export', model, '--format', 'onnx', '--out', folder);
    const lines = (await distiller('predict', model, '--', ...TEXTS)).trim().split('\n');
    const classify = await pipeline('text-classification', folder);
    let worst = 0;
    for (const [index, text] of TEXTS.entries()) {
      const { probabilities } = JSON.parse(lines[index]);
      const theirs = await classify(text, { top_k: null });
      for (const { label, score } of theirs) {
        worst = Math.max(worst, Math.abs(score - (probabilities[label] ?? NaN)));
      }
      if (theirs.length !== Object.keys(probabilities).length) worst = NaN;
    }
    await classify.dispose();
    const isGood = worst <= TOLERANCE;
    if (!isGood) failed++;
    console.log(`${isGood ? 'ok  ' : 'FAIL'}  ${worst.toExponential(1)}  ${model}`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
process.exitCode = failed > 0 ? 1 : 0;
