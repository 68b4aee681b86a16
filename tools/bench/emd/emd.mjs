// What weighing every pair of layers costs a training step, against `skip`; all sides take turns in one process.
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { createRng } from '@distiller/core';
import { adamw } from '@distiller/engine';
import { createOnnxEngine } from '@distiller/engine-onnx';
import { all, emd, skip } from '@distiller/matching';
import { hiddenMse, softCrossEntropy } from '@distiller/objectives';
import { pairFeedback, studentProgram, teacherObjective } from '@distiller/pipeline';
import { forward, initialWeights, transformerConfig } from '@distiller/transformer';

const MATCHINGS = {
  skip: skip(),
  all: all(),
  'emd previous': emd({ losses: 'previous' }),
  'emd own': emd({ losses: 'own' }),
};
const HIDDEN_MSE = { feature: 'hidden', needsEqualWidth: true, loss: hiddenMse };
const SOFT = teacherObjective((student, teacher) =>
  softCrossEntropy(student, teacher, { temperature: 1, tauSquared: false }),
);
const VOCABULARY = 1000;
const WARM_UP = 3;

const HELP = `npm run bench -- emd [options]
  --layers N         of the student (default 4)
  --teacher-layers N (default 12)
  --width N          of the student, in heads of 32 (default 128)
  --teacher-width N  (default 256)
  --batch N          texts per step (default 32)
  --length N         tokens of a text (default 64)
  --threads N        (default 2)
  --repetitions N    measured steps of each side (default 15)`;

export async function run(argv) {
  const { values } = parseArgs({
    args: argv,
    options: {
      layers: { type: 'string', default: '4' },
      'teacher-layers': { type: 'string', default: '12' },
      width: { type: 'string', default: '128' },
      'teacher-width': { type: 'string', default: '256' },
      batch: { type: 'string', default: '32' },
      length: { type: 'string', default: '64' },
      threads: { type: 'string', default: '2' },
      repetitions: { type: 'string', default: '15' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return console.log(HELP);
  const sizes = Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, Number(value)]),
  );
  const engine = await createOnnxEngine({ threads: sizes.threads });
  console.error(`${cpus()[0]?.model}, ${sizes.threads} threads, ${engine.name}`);
  const sides = [];
  for (const [name, matching] of Object.entries(MATCHINGS))
    sides.push(await openSide(name, matching, sizes, engine));
  for (let repetition = -WARM_UP; repetition < sizes.repetitions; repetition++) {
    for (const side of sides) {
      const start = performance.now();
      await side.step();
      if (repetition >= 0) side.times.push(performance.now() - start);
    }
  }
  report(sides, sizes);
  for (const side of sides) await side.dispose();
  await engine.dispose();
}

async function openSide(name, matching, sizes, engine) {
  const teacher = description(sizes['teacher-layers'], sizes['teacher-width']);
  const program = studentProgram({
    model: studentModel(sizes),
    kind: 'classification',
    teacher,
    objectives: [{ name: 'soft', weight: 1, objective: SOFT }],
    intermediate: [{ name: 'hidden', weight: 1, matching, reduce: 'sum', objective: HIDDEN_MSE }],
    rng: createRng(1),
  });
  const training = await engine.training(program.program, program.weights, adamw({}));
  const feedback = pairFeedback(program, engine);
  const inputs = batch(sizes, program.needs);
  let step = 0;
  return {
    name,
    pairs: program.matched[0].pairs.length,
    times: [],
    async step() {
      const more = await feedback?.inputs(inputs, await training.weights());
      const options = { seed: 1, step: step++, learningRate: 5e-5 };
      const { outputs } = await training.step([{ ...inputs, ...more }], options);
      feedback?.observe(outputs);
    },
    async dispose() {
      await feedback?.dispose();
      await training.dispose();
    },
  };
}

function description(layers, hiddenSize) {
  return {
    architecture: 'bert',
    layers,
    hiddenSize,
    heads: hiddenSize / 32,
    vocabularySize: VOCABULARY,
    maxLength: 512,
    outputs: 2,
    provides: ['logits', 'hidden', 'attentions'],
  };
}

function studentModel({ layers, width }) {
  const config = transformerConfig({
    family: 'bert',
    vocabularySize: VOCABULARY,
    layers,
    hiddenSize: width,
    heads: width / 32,
    intermediateSize: 4 * width,
    labels: ['no', 'yes'],
  });
  return {
    description: description(layers, width),
    weights: initialWeights(config, createRng(1)),
    forward: (...args) => forward(config, ...args),
  };
}

/** Texts without padding, and signals that a teacher might give for them. */
function batch({ batch: texts, length, 'teacher-width': width }, { layers }) {
  const rng = createRng(2);
  const int = (value) => ({
    dtype: 'int32',
    shape: [texts, length],
    data: Int32Array.from({ length: texts * length }, value),
  });
  const real = (shape, name) => ({
    dtype: 'float32',
    shape,
    data: rng.derive(name).normals(shape.reduce((a, b) => a * b)),
  });
  const inputs = {
    ids: int(() => rng.integer(VOCABULARY)),
    mask: int(() => 1),
    types: int(() => 0),
    'teacher/logits': real([texts, 2], 'logits'),
  };
  for (const { layer } of layers)
    inputs[`teacher/hidden/${layer}`] = real([texts, length, width], `hidden ${layer}`);
  return inputs;
}

/** Medians, and the median over rounds of a side's time by that of `skip` in the same round. */
function report(sides, sizes) {
  const [reference] = sides;
  console.log(
    `${sizes.layers} layers of ${sizes.width} from ${sizes['teacher-layers']} of ${sizes['teacher-width']}, B${sizes.batch} L${sizes.length}`,
  );
  for (const { name, pairs, times } of sides) {
    const ratio = median(times.map((time, round) => time / reference.times[round]));
    console.log(
      `${name.padEnd(12)} ${String(pairs).padStart(3)} pairs  ${median(times).toFixed(0).padStart(5)} ms a step, ${ratio.toFixed(2)} of skip`,
    );
  }
}

function median(values) {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
}
