// One command for all benchmarks: node tools/bench/bench.mjs NAME [options]
const benchmarks = {
  augmentation: () => import('./augmentation/augmentation.mjs'),
  'augmentation-flow': () => import('./augmentation-flow/augmentation-flow.mjs'),
  emd: () => import('./emd/emd.mjs'),
  samplers: () => import('./samplers/samplers.mjs'),
  step: () => import('./step/step.mjs'),
};

const [name, ...options] = process.argv.slice(2);
if (!(name in benchmarks)) {
  console.error(`Which benchmark? Known: ${Object.keys(benchmarks).join(', ')}.`);
  process.exit(2);
}
const { run } = await benchmarks[name]();
await run(options);
