// Runs training steps on request: reads one JSON line per step from stdin, answers with one.
import { createInterface } from 'node:readline';
import { createRng } from '@distiller/core';
import * as engine from '@distiller/engine';
import { createOnnxEngine } from '@distiller/engine-onnx';
import { forward, initialWeights, transformerConfig } from '@distiller/transformer';
import * as tf from '@tensorflow/tfjs';
import { batch, MODELS, TEACHER_WIDTH, VOCABULARY } from './cases.mjs';

const options = JSON.parse(process.argv[2]);
const model = MODELS[options.model];
const config = transformerConfig({
  family: 'bert',
  vocabularySize: VOCABULARY,
  ...model,
  hiddenDropout: options.dropout,
  attentionDropout: options.dropout,
  headDropout: options.dropout,
  labels: ['no', 'yes'],
});
const weights = { ...initialWeights(config, createRng(1)) };
for (let layer = 1; layer <= model.layers; layer++) {
  const shape = [TEACHER_WIDTH, model.hiddenSize];
  const data = createRng(layer)
    .normals(shape[0] * shape[1])
    .map((x) => x * 0.02);
  weights[`projection/${layer}/weight`] = { dtype: 'float32', shape, data };
  weights[`projection/${layer}/bias`] = {
    dtype: 'float32',
    shape: [TEACHER_WIDTH],
    data: new Float32Array(TEACHER_WIDTH),
  };
}

/** Soft and hard cross-entropy plus the mean squared error of each projected hidden state. */
function program(params, inputs, context) {
  const { logits, hidden } = forward(config, params, inputs, context);
  const logProbabilities = tf.logSoftmax(logits);
  const soft = tf.neg(
    tf.mean(tf.sum(tf.mul(tf.softmax(inputs.teacherLogits), logProbabilities), -1)),
  );
  const hard = tf.neg(tf.mean(tf.sum(tf.mul(tf.oneHot(inputs.labels, 2), logProbabilities), -1)));
  let loss = tf.add(soft, hard);
  for (let layer = 1; layer <= model.layers; layer++) {
    const projected = engine.linear(
      hidden[layer],
      params[`projection/${layer}/weight`],
      params[`projection/${layer}/bias`],
    );
    const difference = tf.sub(projected, inputs[`teacherHidden/${layer}`]);
    loss = tf.add(loss, tf.mean(tf.square(difference)));
  }
  return { loss, outputs: {} };
}

const optimizer = engine.adamw({ weightDecay: 0.01 });
const onnx = await createOnnxEngine({ threads: options.threads });
const training = await onnx.training(program, weights, optimizer);
const inputs = batch({ ...options, layers: model.layers });

let step = 0;
console.log(JSON.stringify({ ready: true }));
for await (const line of createInterface({ input: process.stdin })) {
  if (line === 'stop') break;
  const start = performance.now();
  const { loss } = await training.step([inputs], { seed: 1, step: step++, learningRate: 5e-5 });
  const milliseconds = performance.now() - start;
  console.log(
    JSON.stringify({ milliseconds, loss, peakBytes: process.resourceUsage().maxRSS * 1024 }),
  );
}
await onnx.dispose();
