// A whole training step (gradients and AdamW), ours against eager PyTorch, alternating.
import { spawn, spawnSync } from 'node:child_process';
import { cpus } from 'node:os';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { MODELS, TEACHER_WIDTH, VOCABULARY } from './cases.mjs';
import { measureGemmPeak, stepGflop } from './gemm.mjs';

const here = (file) => fileURLToPath(new URL(file, import.meta.url));

const HELP = `npm run bench -- step [options]
  --python PATH     a Python with torch and transformers (default python3); without them only ours is measured
  --models A,B      of ${Object.keys(MODELS).join(', ')} (default all)
  --lengths A,B     padded lengths in tokens (default 32,64,128)
  --dropout A,B     rates (default 0,0.1)
  --batch N         texts per step (default 32)
  --threads N       of both sides (default 2)
  --repetitions N   measured steps of each side (default 15)
  --json            one JSON line per case instead of the table`;

export async function run(argv) {
  const { values } = parseArgs({
    args: argv,
    options: {
      python: { type: 'string', default: 'python3' },
      models: { type: 'string', default: Object.keys(MODELS).join() },
      lengths: { type: 'string', default: '32,64,128' },
      dropout: { type: 'string', default: '0,0.1' },
      batch: { type: 'string', default: '32' },
      threads: { type: 'string', default: '2' },
      repetitions: { type: 'string', default: '15' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return console.log(HELP);
  const python = findTorch(values.python);
  if (python.reason) console.error(`PyTorch is not measured: ${python.reason}`);
  const threads = Number(values.threads);
  const peak = await measureGemmPeak(threads);
  console.error(
    `${cpus()[0]?.model}, ${threads} threads, ${python.version ?? 'no torch'}; GEMM peak ${peak.toFixed(0)} GFLOP/s`,
  );
  for (const model of values.models.split(',')) {
    for (const length of values.lengths.split(',').map(Number)) {
      for (const dropout of values.dropout.split(',').map(Number)) {
        const options = { model, length, dropout, threads, batch: Number(values.batch) };
        const result = await measure(options, python, Number(values.repetitions));
        report({ ...options, ...result, peak }, values.json);
      }
    }
  }
}

function findTorch(path) {
  const script =
    'import torch, transformers; print("torch", torch.__version__, "transformers", transformers.__version__)';
  const { status, stdout, stderr, error } = spawnSync(path, ['-c', script], {
    encoding: 'utf8',
    env: { ...process.env, HF_HUB_OFFLINE: '1' },
  });
  if (status === 0) return { path, version: stdout.trim() };
  const why = error?.message ?? stderr.trim().split('\n').at(-1);
  return {
    reason: `${path}: ${why} (give a Python that has torch and transformers with --python PATH)`,
  };
}

/** Medians over alternating steps: what disturbs the machine disturbs both. */
async function measure(options, python, repetitions) {
  const shape = {
    ...options,
    ...MODELS[options.model],
    vocabulary: VOCABULARY,
    teacherWidth: TEACHER_WIDTH,
  };
  const ours = await start(process.execPath, [here('ours.mjs'), JSON.stringify(options)]);
  const theirs =
    python.path && (await start(python.path, [here('torch_step.py'), JSON.stringify(shape)]));
  const sides = { ours, ...(theirs ? { theirs } : {}) };
  const times = { ours: [], theirs: [] };
  const peaks = {};
  for (let repetition = -3; repetition < repetitions; repetition++) {
    for (const [name, side] of Object.entries(sides)) {
      const { milliseconds, peakBytes } = await side.step();
      if (repetition >= 0) times[name].push(milliseconds); // the first three warm up
      peaks[name] = peakBytes;
    }
  }
  for (const side of Object.values(sides)) await side.stop();
  return {
    ours: { ...spread(times.ours), peakBytes: peaks.ours },
    ...(theirs ? { theirs: { ...spread(times.theirs), peakBytes: peaks.theirs } } : {}),
  };
}

async function start(command, args) {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async () => {
    const { value, done } = await lines.next();
    if (done) throw new Error(`${command} ${args[0]} ended early`);
    return JSON.parse(value);
  };
  await next(); // ready
  return {
    step: () => {
      child.stdin.write('\n');
      return next();
    },
    stop: () => new Promise((resolve) => child.on('close', resolve) && child.stdin.end()),
  };
}

function spread(times) {
  const sorted = [...times].sort((a, b) => a - b);
  return { median: sorted[Math.floor(sorted.length / 2)], fastest: sorted[0] };
}

function report(row, json) {
  if (json) return console.log(JSON.stringify(row));
  const { model, batch, length, dropout, ours, theirs, peak } = row;
  const side = ({ median, fastest, peakBytes }) =>
    `${median.toFixed(0).padStart(6)} ms (fastest ${fastest.toFixed(0)}), ${(peakBytes / 1e6).toFixed(0)} MB`;
  const share = stepGflop(row) / (ours.fastest / 1e3) / peak;
  const compared = theirs
    ? ` | PyTorch ${side(theirs)} | ratio ${(ours.median / theirs.median).toFixed(2)} (fastest ${(ours.fastest / theirs.fastest).toFixed(2)})`
    : '';
  console.log(
    `${model} B${batch} L${length} dropout ${dropout}: ours ${side(ours)}, ${(100 * share).toFixed(0)} % of GEMM peak${compared}`,
  );
}
