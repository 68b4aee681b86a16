import { describe, expect, it } from '@jest/globals';
import { createRng, type Optimizer, type Program, type Weights } from '@distiller/core';
import { embedding, gelu, layerNorm, linear } from '@distiller/engine';
import * as tf from '@tensorflow/tfjs';
import { createOnnxEngine } from './create-onnx-engine.js';

tf.enableProdMode(); // no advertisement from the cpu backend

const [BATCH, LENGTH, WIDTH, WORDS] = [8, 32, 64, 100];

/** Large enough for ONNX Runtime to share every operation between threads; ids repeat, so that rows are summed. */
const program: Program = (params, inputs) => {
  const p = (name: string) => params[name] as tf.Tensor;
  const ids = inputs['ids'] as tf.Tensor;
  const x = layerNorm(embedding(p('words') as tf.Tensor2D, ids), p('gamma'), p('beta'), 1e-12);
  const attention = tf.softmax(tf.matMul(x, x, false, true));
  const y = linear(gelu(linear(tf.matMul(attention, x), p('up'))), p('down'));
  // The table is the output layer too, so that its gradient is dense.
  const logits = linear(y, p('words'));
  return { loss: tf.neg(tf.mean(tf.logSoftmax(logits))) as tf.Scalar, outputs: { y } };
};

function weights(): Weights {
  const shapes = {
    words: [WORDS, WIDTH],
    up: [256, WIDTH],
    down: [WIDTH, 256],
    gamma: [WIDTH],
    beta: [WIDTH],
  };
  return Object.fromEntries(
    Object.entries(shapes).map(([name, shape]) => {
      const size = shape.reduce((product, extent) => product * extent, 1);
      return [name, { dtype: 'float32', shape, data: createRng(1).derive(name).normals(size) }];
    }),
  );
}

const none: Optimizer = {
  name: 'none',
  start: () => ({ update: () => 0, snapshot: () => ({}), restore: () => undefined }),
};

describe('onnx/cpu on two threads', () => {
  it('gives the same bytes for the same inputs, also from another engine', async () => {
    const data = Int32Array.from({ length: BATCH * LENGTH }, (_, i) => (i * i) % WORDS);
    const inputs = { ids: { dtype: 'int32' as const, shape: [BATCH, LENGTH], data } };
    const seen = new Set<string>();
    for (let run = 0; run < 2; run++) {
      const engine = await createOnnxEngine({ threads: 2 });
      const training = await engine.training(program, weights(), none);
      for (let repetition = 0; repetition < 8; repetition++) {
        const { loss, gradients } = await training.gradients(inputs, { seed: 1, step: 0 });
        const bytes = Object.values(gradients).map(({ data: { buffer } }) =>
          Buffer.from(buffer).toString('base64'),
        );
        seen.add([loss, ...bytes].join());
      }
      await engine.dispose();
    }
    expect(seen.size).toBe(1);
  });
});
