// Makes random Marian, M2M100 and T5 models in ONNX with transformers and compares what the translator `transformers` makes of
// texts with what transformers makes of them by greedy decoding: one text at a time there, in batches here. Fails when
// a token differs.
//
//   npm install --prefix /some/folder --ignore-scripts @huggingface/transformers@4.3.1
//   node tools/golden/translation-parity.mjs --python VENV/bin/python --module /some/folder/node_modules/@huggingface/transformers
//
// VENV has the packages of tools/golden/requirements-translation.txt. Build first: `npm run build`.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { transformers } from '@distiller/augmentation-transformers';
import { createRng } from '@distiller/core';
import { runPython } from './run-python.mjs';

const { values: options } = parseArgs({
  options: {
    python: { type: 'string', default: 'python3' },
    module: { type: 'string', default: 'node_modules/@huggingface/transformers' },
  },
});

/** 40 texts of 1 to 12 words, each of which is a token. */
const rng = createRng(1);
const TEXTS = Array.from({ length: 40 }, () =>
  Array.from({ length: 1 + rng.integer(12) }, () => `w${rng.integer(59)}`).join(' '),
);

async function load() {
  const path = resolve(options.module);
  const manifest = JSON.parse(await readFile(join(path, 'package.json'), 'utf8'));
  console.log(`transformers.js ${manifest.version}`);
  return import(pathToFileURL(join(path, manifest.exports.node.import.default)).href);
}

let failed = 0;
const folder = await mkdtemp(join(tmpdir(), 'distiller-translation-'));
try {
  const texts = join(folder, 'texts.json');
  await writeFile(texts, JSON.stringify(TEXTS));
  const translations = runPython(options.python, 'translation_models.py', [folder, texts]);
  for (const [name, theirs] of Object.entries(translations)) {
    const model =
      name === 'm2m' ? { languages: { eng: 'en', spa: 'es' } } : { from: 'eng', to: 'spa' };
    const translator = transformers(
      { models: [{ folder: join(folder, name), ...model }], maxNewTokens: 20, threads: 1 },
      { load },
    );
    const ours = await translator.translate(TEXTS, 'eng', 'spa');
    const again = await translator.translate(TEXTS.toReversed(), 'eng', 'spa');
    await translator.dispose();
    const apart = TEXTS.filter((_, i) => ours[i] !== theirs[i]);
    const restless = TEXTS.filter((_, i) => ours[i] !== again.toReversed()[i]);
    const different = new Set(ours).size;
    // A model that says the same of all texts would prove nothing.
    if (apart.length + restless.length > 0 || different < 8) failed++;
    console.log(
      `${name}: ${apart.length} of ${TEXTS.length} translations differ, ${restless.length} in another order; ` +
        `${different} are different ones.`,
    );
    for (const text of apart.slice(0, 2)) {
      const i = TEXTS.indexOf(text);
      console.log(`  ${text}\n    transformers: ${theirs[i]}\n    here:         ${ours[i]}`);
    }
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
process.exitCode = failed > 0 ? 1 : 0;
