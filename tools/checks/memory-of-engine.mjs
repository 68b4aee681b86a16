// Run by memory.mjs in a process of its own: prints memory at every 50th step of a distillation, as JSON.
import { createRng } from '@distiller/core';
import { adamw, createEagerEngine } from '@distiller/engine';
import { createOnnxEngine } from '@distiller/engine-onnx';
import { forward, initialWeights, transformerConfig } from '@distiller/transformer';
import * as tf from '@tensorflow/tfjs';

const [STEPS, BATCH, VOCABULARY] = [300, 8, 400];
const LENGTHS = [8, 16, 24];
const name = process.argv[2];
const engine =
  name === 'onnx' ? await createOnnxEngine() : await createEagerEngine({ backend: name });
const rng = createRng(1);

const sizes = { vocabularySize: VOCABULARY, heads: 2, maxPositions: 32, labels: ['a', 'b', 'c'] };
const config = (layers, hiddenSize) =>
  transformerConfig({
    family: 'bert',
    ...sizes,
    layers,
    hiddenSize,
    intermediateSize: 2 * hiddenSize,
  });
const [teacherConfig, studentConfig] = [config(3, 32), config(2, 32)];

const teacher = await engine.inference(
  (params, inputs, context) => {
    const { logits, hidden } = forward(teacherConfig, params, inputs, context);
    return { outputs: { 'teacher/logits': logits, 'teacher/hidden': hidden.at(-1) } };
  },
  initialWeights(teacherConfig, rng.derive('teacher')),
);

/** Cross-entropy with the teacher and the squared distance of the last hidden states. */
function program(params, inputs, context) {
  const { logits, hidden } = forward(studentConfig, params, inputs, context);
  const target = tf.softmax(inputs['teacher/logits']);
  const soft = tf.neg(tf.mean(tf.sum(tf.mul(target, tf.logSoftmax(logits)), -1)));
  const distance = tf.mean(tf.square(tf.sub(hidden.at(-1), inputs['teacher/hidden'])));
  return { loss: tf.add(soft, distance), outputs: { logits } };
}
const weights = initialWeights(studentConfig, rng.derive('student'));
const training = await engine.training(program, weights, adamw());
const evaluation = await engine.inference(
  (params, inputs, context) => ({
    outputs: { logits: forward(studentConfig, params, inputs, context).logits },
  }),
  weights,
);

const rows = [];
for (let step = 0; step < STEPS; step++) {
  const inputs = batch(step);
  const signals = await teacher.run(inputs);
  await training.step([{ ...inputs, ...signals }], { seed: 1, step, learningRate: 1e-3 });
  if ((step + 1) % 50 > 0) continue;
  evaluation.setWeights(await training.weights());
  await evaluation.run(inputs);
  await training.snapshot();
  globalThis.gc();
  const megabytes = (bytes) => Math.round(bytes / 1e6);
  const { rss, heapUsed, arrayBuffers } = process.memoryUsage();
  rows.push({
    step: step + 1,
    tensors: tf.memory().numTensors,
    'RSS (MB)': megabytes(rss),
    'heap (MB)': megabytes(heapUsed),
    'array buffers (MB)': megabytes(arrayBuffers),
  });
}
await Promise.all([teacher, evaluation, training].map((part) => part.dispose()));
await engine.dispose();
console.log(JSON.stringify(rows));

/** Random ids of one of three lengths, the last tokens of each second text padding. */
function batch(step) {
  const length = LENGTHS[step % LENGTHS.length];
  const stream = rng.derive('batch', step);
  const values = (value) => ({
    dtype: 'int32',
    shape: [BATCH, length],
    data: Int32Array.from({ length: BATCH * length }, (_, place) =>
      value(Math.floor(place / length), place % length),
    ),
  });
  return {
    ids: values(() => stream.integer(VOCABULARY)),
    mask: values((row, token) => (row % 2 === 1 && token >= length - 3 ? 0 : 1)),
    types: values(() => 0),
  };
}
