import * as tf from '@tensorflow/tfjs';
import type { Engine, Parameter } from '@distiller/core';

/** Matrix width: about the work of one feed-forward layer of a small model, done in some 10 to 100 ms. */
const WIDTH = 768;
const RUNS = 5;

/**
 * Speed of the best of five products of two 768 × 768 matrices, after a warm-up, in GFLOP/s.
 *
 * @param now a clock in milliseconds.
 */
export async function measureGemm(engine: Engine, now: () => number): Promise<number> {
  const inference = await engine.inference(
    (params, inputs) => ({
      outputs: {
        product: tf.matMul(inputs['x'] as tf.Tensor2D, params['weight'] as tf.Tensor2D),
      },
    }),
    { weight: matrix() },
  );
  try {
    const inputs = { x: matrix() };
    await inference.run(inputs);
    let best = Infinity;
    for (let run = 0; run < RUNS; run++) {
      const began = now();
      await inference.run(inputs);
      best = Math.min(best, now() - began);
    }
    return (2 * WIDTH ** 3) / (best * 1e6);
  } finally {
    await inference.dispose();
  }
}

function matrix(): Parameter {
  const data = Float32Array.from({ length: WIDTH * WIDTH }, (_, index) => (index % 7) / 7);
  return { dtype: 'float32', shape: [WIDTH, WIDTH], data };
}
