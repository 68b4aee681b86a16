// Trains a small transformer for 300 steps on each engine and watches memory. Exits 1 when tensors are left over or the
// process keeps growing. An engine has a process of its own, because what one holds can't be told from the other.
//   node tools/checks/memory.mjs [--engines wasm,cpu,onnx]
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: { engines: { type: 'string', default: 'wasm,cpu,onnx' } },
});

/** Growth of the resident set from step 100, when every graph has been compiled, to step 300. */
const ALLOWED_MEGABYTES = 24;

let failed = false;
for (const engine of values.engines.split(',')) {
  const script = fileURLToPath(new URL('memory-of-engine.mjs', import.meta.url));
  const { status, stdout } = spawnSync(process.execPath, ['--expose-gc', script, engine], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (status !== 0) throw new Error(`The process of engine ${engine} ended with ${status}.`);
  const rows = JSON.parse(stdout);
  console.log(`\nengine ${engine}`);
  console.table(Object.fromEntries(rows.map(({ step, ...row }) => [`step ${step}`, row])));
  const at = (step) => rows.find((row) => row.step === step);
  const tensors = at(300).tensors - at(50).tensors;
  const megabytes = at(300)['RSS (MB)'] - at(100)['RSS (MB)'];
  const isWell = tensors <= 0 && megabytes <= ALLOWED_MEGABYTES;
  failed ||= !isWell;
  console.log(
    `${isWell ? 'well' : 'LEAK'}: ${tensors} tensors more than at step 50, ${megabytes} MB more than at step 100 (allowed: 0 and ${ALLOWED_MEGABYTES}).`,
  );
}
process.exitCode = failed ? 1 : 0;
