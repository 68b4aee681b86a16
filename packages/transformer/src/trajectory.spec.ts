import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import type { EncodedInputs, HostTensor, Program } from '@distiller/core';
import { adamw, createEagerEngine } from '@distiller/engine';
import * as tf from '@tensorflow/tfjs';
import { forward } from './forward.js';
import { fromHuggingFace } from './hugging-face-config.js';
import { formulaWeights, GOLDENS } from './tiny-model.fixture.js';

/** 25 steps of torch.optim.AdamW on one batch; see tools/golden/transformer_goldens.py. */
const GOLDEN = JSON.parse(
  readFileSync(new URL('../goldens/trajectory.json', import.meta.url), 'utf8'),
) as {
  readonly learningRate: number;
  readonly weightDecay: number;
  readonly maxGradientNorm: number;
  readonly labels: number[];
  readonly losses: number[];
  readonly norms: number[];
};

const { config: json, inputs } = GOLDENS.bert;
const config = fromHuggingFace(json, 'golden');

/** Mean cross-entropy without dropout. */
const program: Program = (params, batch, context) => {
  const { labels, ...encoded } = batch as EncodedInputs & { labels: tf.Tensor1D };
  const output = forward(config, params, encoded as EncodedInputs, { ...context, training: false });
  const target = tf.oneHot(labels, 3);
  const loss = tf.neg(tf.mean(tf.sum(tf.mul(target, tf.logSoftmax(output.logits)), -1)));
  return { loss: loss as tf.Scalar, outputs: {} };
};

function int32(rows: number[] | number[][]): HostTensor {
  const shape = Array.isArray(rows[0]) ? [rows.length, rows[0].length] : [rows.length];
  return { dtype: 'int32', shape, data: Int32Array.from(rows.flat()) };
}

describe('training', () => {
  it('follows PyTorch', async () => {
    const engine = await createEagerEngine({ backend: 'cpu' });
    const { learningRate, weightDecay, maxGradientNorm, labels, losses, norms } = GOLDEN;
    const optimizer = adamw({ weightDecay, maxGradientNorm });
    const training = await engine.training(program, formulaWeights(config), optimizer);
    const batch = {
      ids: int32(inputs.ids),
      mask: int32(inputs.mask),
      types: int32(inputs.types),
      labels: int32(labels),
    };
    let worst = 0;
    for (const [step, loss] of losses.entries()) {
      const result = await training.step([batch], { seed: 1, step, learningRate });
      const norm = norms[step] ?? NaN;
      worst = Math.max(worst, Math.abs(result.loss - loss), Math.abs(result.gradientNorm - norm));
    }
    await training.dispose();
    // The goldens keep six digits of numbers up to 2.2: half a unit of the last is 5e-6, and no more was measured.
    expect(worst).toBeLessThan(2e-5);
  }, 60_000);
});
