import * as tf from '@tensorflow/tfjs';
import type { Engine, Parameter } from '@distiller/core';

/** Width of the matrices: small first, so that a slow engine is known for one soon; then large enough for a fast one. */
const WIDTHS = [256, 1024];
/** An engine that takes longer than this for the small product is slow. */
const SLOW_MS = 20;
const RUNS = 5;

/**
 * Speed of a product of two square matrices in GFLOP/s: the best of five, after a warm-up.
 *
 * @param now a clock in milliseconds.
 */
export async function measureGemm(engine: Engine, now: () => number): Promise<number> {
  let speed = 0;
  for (const width of WIDTHS) {
    const milliseconds = await productTime(engine, width, now);
    speed = (2 * width ** 3) / (milliseconds * 1e6);
    if (milliseconds > SLOW_MS) break;
  }
  return speed;
}

/** Milliseconds of one product. */
async function productTime(engine: Engine, width: number, now: () => number): Promise<number> {
  const inference = await engine.inference(
    (params, inputs) => ({
      outputs: {
        product: tf.matMul(inputs['x'] as tf.Tensor2D, params['weight'] as tf.Tensor2D),
      },
    }),
    { weight: matrix(width) },
  );
  try {
    const inputs = { x: matrix(width) };
    await inference.run(inputs);
    let best = Infinity;
    for (let run = 0; run < RUNS; run++) {
      const began = now();
      await inference.run(inputs);
      best = Math.min(best, now() - began);
    }
    return best;
  } finally {
    await inference.dispose();
  }
}

function matrix(width: number): Parameter {
  const data = Float32Array.from({ length: width * width }, (_, index) => (index % 7) / 7);
  return { dtype: 'float32', shape: [width, width], data };
}
