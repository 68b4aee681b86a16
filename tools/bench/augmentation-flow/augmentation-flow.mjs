// How many sentences a second the flow of augmentation rewrites, by threads, and that the bytes are the same.
import { cpus, tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { fingerprint, loadPlugins, Registry } from '@distiller/core';
import { augmentedSet, openRewriter } from '@distiller/pipeline';

const PLUGIN = fileURLToPath(new URL('./busy-augmenter.mjs', import.meta.url));
const SEED = 7;

const HELP = `npm run bench -- augmentation-flow [options]
  --sentences N     sentences of 12 words (default 4000)
  --draws N         random numbers drawn for each, 8192 are about a millisecond (default 8192)
  --workers A,B     threads; 0 is the main one (default 0,1,2)
  --json            one JSON line for each instead of the table`;

export async function run(argv) {
  const { values } = parseArgs({
    args: argv,
    options: {
      sentences: { type: 'string', default: '4000' },
      draws: { type: 'string', default: '8192' },
      workers: { type: 'string', default: '0,1,2' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return console.log(HELP);
  const choices = [{ use: 'busy', draws: Number(values.draws) }];
  const originals = Array.from({ length: Number(values.sentences) }, (_, index) => ({
    id: `s${index}`,
    texts: [Array.from({ length: 12 }, (_, word) => `word${(index * 7 + word) % 97}`).join(' ')],
  }));
  console.error(`${cpus()[0]?.model}, ${cpus().length} cores`);
  const results = [];
  for (const workers of values.workers.split(',').map(Number))
    results.push({ workers, ...(await measure(originals, choices, workers)) });
  const isSame = new Set(results.map(({ bytes }) => bytes)).size === 1;
  for (const result of results) {
    if (values.json) console.log(JSON.stringify({ ...result, isSame }));
    else
      console.log(
        `${result.workers} workers  ${result.perSecond.toFixed(0)} sentences/s  main thread busy ${(100 * result.mainShare).toFixed(0)} %  ${result.bytes.slice(0, 12)}`,
      );
  }
  if (!isSame) throw new Error('The numbers of threads gave different texts.');
}

async function measure(originals, choices, workers) {
  const rewriter = openRewriter({ pipeline: await pipelineOf(choices, workers) }, SEED);
  const options = { kind: 'classification', copies: 1, generation: 0, rewriter };
  const { signal } = new AbortController();
  try {
    // Threads start with their first texts; that is paid once a run.
    await drain(augmentedSet({ ...options, originals: originals.slice(0, 128), signal }));
    const before = { clock: performance.now(), main: performance.eventLoopUtilization() };
    const texts = await drain(augmentedSet({ ...options, originals, signal }));
    return {
      perSecond: (1000 * originals.length) / (performance.now() - before.clock),
      mainShare: performance.eventLoopUtilization(before.main).utilization,
      bytes: fingerprint(texts.join('\n')),
    };
  } finally {
    await rewriter.dispose();
  }
}

async function pipelineOf(choices, workers) {
  if (workers > 0)
    return {
      workers,
      choices,
      modules: [PLUGIN],
      seed: SEED,
      recipeFolder: tmpdir(),
      cacheFolder: tmpdir(),
    };
  const registry = new Registry();
  for (const { plugin } of await loadPlugins([PLUGIN], tmpdir())) registry.use(plugin);
  return Promise.all(
    choices.map(async (choice) => ({
      name: choice.use,
      augmenter: await registry.create('augmenter', choice),
    })),
  );
}

async function drain(examples) {
  const texts = [];
  for await (const example of examples) texts.push(example.texts[0]);
  return texts;
}
