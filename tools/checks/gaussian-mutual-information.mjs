// Trains the critics of the mutual-information objectives on Gaussians whose information is known, and prints what each
// bound then says. Exits 1 when a bound lies where it can't.
import { parseArgs } from 'node:util';
import { createRng } from '@distiller/core';
import { adamw } from '@distiller/engine';
import { createOnnxEngine } from '@distiller/engine-onnx';
import { objectivesPlugin } from '@distiller/objectives';
import * as tf from '@tensorflow/tfjs';

const DIMENSIONS = 20;
const ALPHAS = [0, 0.1, 0.5, 0.9, 1];
const CRITIC = { kind: 'mlp', hidden: 128, layers: 3, out: 32, dropout: 0 };
const REST = { pool: 'cls', tokens: 1, temperature: 0.1, shared: false };
/** Batches that a trained bound is averaged over. */
const BATCHES = 200;

const { values: given } = parseArgs({
  options: {
    sizes: { type: 'string', default: '64,128' },
    correlations: { type: 'string', default: '0.3,0.5,0.7,0.9' },
    steps: { type: 'string', default: '2000' },
    seed: { type: 'string', default: '1' },
  },
});
const numbers = (list) => list.split(',').map(Number);
const [steps, seed] = [Number(given.steps), Number(given.seed)];
const component = objectivesPlugin.components.find(({ name }) => name === 'mi-alpha');
const objectives = ALPHAS.map((alpha) =>
  component.create({ alpha, critic: { ...CRITIC, ...REST } }, {}),
);

/** x ~ N(0, I), y = ρ x + √(1 − ρ²) ε, as texts of one token, [K, 1, 20]. */
function pairs(rho, size, rng) {
  const student = rng.derive('x').normals(size * DIMENSIONS);
  const noise = rng.derive('noise').normals(size * DIMENSIONS);
  const teacher = student.map((x, i) => rho * x + Math.sqrt(1 - rho * rho) * noise[i]);
  const array = (data, shape) => ({ dtype: 'float32', shape, data });
  return {
    student: array(student, [size, 1, DIMENSIONS]),
    teacher: array(teacher, [size, 1, DIMENSIONS]),
    mask: array(new Float32Array(size).fill(1), [size, 1]),
  };
}

/** Five critics at a time, each with a loss of its own; they see the same batches. */
function program(params, inputs, context) {
  const losses = objectives.map((objective, index) =>
    objective.loss({
      ...inputs,
      params: Object.fromEntries(
        Object.entries(params).flatMap(([name, tensor]) =>
          name.startsWith(`${index}/`) ? [[name.slice(2), tensor]] : [],
        ),
      ),
      context: { ...context, uniform: (site, shape) => context.uniform(`${index}/${site}`, shape) },
    }),
  );
  return { loss: tf.addN(losses), outputs: { bounds: tf.neg(tf.stack(losses)) } };
}

/** Mean and its standard error for each α, after training. */
async function estimates(engine, rho, size) {
  const rng = createRng(seed).derive('gaussian', String(rho), size);
  const shape = { studentSize: DIMENSIONS, teacherSize: DIMENSIONS };
  const weights = Object.assign(
    {},
    ...objectives.flatMap((objective, index) =>
      Object.entries(objective.parameters(shape, rng.derive('critic'))).map(([name, value]) => ({
        [`${index}/${name}`]: value,
      })),
    ),
  );
  const training = await engine.training(program, weights, adamw({ weightDecay: 0 }));
  for (let step = 0; step < steps; step++) {
    const learningRate = 2e-3 * Math.min(1, (2 * (steps - step)) / steps);
    await training.step([pairs(rho, size, rng.derive('train', step))], {
      seed,
      step,
      learningRate,
    });
  }
  const inference = await engine.inference(program, await training.weights());
  const samples = ALPHAS.map(() => []);
  for (let batch = 0; batch < BATCHES; batch++) {
    const { bounds } = await inference.run(pairs(rho, size, rng.derive('test', batch)));
    bounds.data.forEach((value, index) => samples[index].push(value));
  }
  await inference.dispose();
  await training.dispose();
  return samples.map((values) => {
    const mean = values.reduce((a, b) => a + b) / BATCHES;
    const square = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (BATCHES - 1);
    return { mean, deviation: Math.sqrt(square), error: Math.sqrt(square / BATCHES) };
  });
}

const engine = await createOnnxEngine();
const problems = [];
for (const size of numbers(given.sizes)) {
  const [rows, most] = [[], Math.log(size - 1)];
  for (const rho of numbers(given.correlations)) {
    const truth = (-DIMENSIONS / 2) * Math.log(1 - rho * rho);
    const results = await estimates(engine, rho, size);
    rows.push({
      ρ: rho,
      true: truth.toFixed(3),
      ...Object.fromEntries(
        results.map(({ mean, deviation }, index) => [
          `α = ${ALPHAS[index]}`,
          `${mean.toFixed(2)} ± ${deviation.toFixed(2)}`,
        ]),
      ),
    });
    const where = `K = ${size}, ρ = ${rho}`;
    results.forEach(({ mean, error }, index) => {
      if (!Number.isFinite(mean) || mean - 4 * error > truth) {
        problems.push(`${where}: the bound at α = ${ALPHAS[index]} is ${mean}, above ${truth}.`);
      }
    });
    const last = results[ALPHAS.length - 1];
    if (last.mean > most) problems.push(`${where}: I₁ is ${last.mean}, above log(K−1) = ${most}.`);
    const best = Math.max(...results.slice(0, -1).map(({ mean }) => mean));
    if (truth > 3 * most) {
      if (last.mean < 0.9 * most) problems.push(`${where}: I₁ is ${last.mean}, far from ${most}.`);
      if (best < most)
        problems.push(`${where}: no α < 1 exceeds log(K−1) = ${most}; best ${best}.`);
    }
  }
  console.log(
    `K = ${size}, log(K−1) = ${most.toFixed(3)}; mean ± deviation over ${BATCHES} batches`,
  );
  console.table(rows);
}
await engine.dispose();
for (const problem of problems) console.error(problem);
process.exitCode = problems.length > 0 ? 1 : 0;
