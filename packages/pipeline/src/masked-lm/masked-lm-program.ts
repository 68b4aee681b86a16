import type { EncodedInputs, ModelOutput, Program, Tensors, TextModel } from '@distiller/core';
import { weightedMean } from '@distiller/engine';
import * as tf from '@tensorflow/tfjs';
import { addScope, selectScope } from '../parameter-scope.js';
import type { StudentProgram } from '../student-program.js';

/** What a model makes of the hidden tokens, N = B·P places in all. */
interface Findings {
  /** −log p of what stood there, [N]. */
  readonly losses: tf.Tensor1D;
  /** 1 where nothing is likelier, [N]. */
  readonly hits: tf.Tensor1D;
  /** 1 where a token is hidden, 0 at places that a shorter text has left over, [N]. */
  readonly weights: tf.Tensor1D;
}

/**
 * The training program of a masked language model: mean of −log p over the hidden tokens of a batch, [nats]. Inputs as
 * `maskedBatch` makes them.
 *
 * @see Devlin et al., "BERT", 2018, §3.1, arXiv:1810.04805
 */
export function maskedLmTraining(model: TextModel): StudentProgram {
  const program: Program = (params, inputs, context) => {
    const output = model.forward(selectScope('student', params), inputs as EncodedInputs, context);
    const { losses, weights } = findings(output, inputs);
    const loss = weightedMean(losses, weights);
    return { loss, outputs: { 'loss/masked-lm': loss } };
  };
  return {
    program,
    weights: addScope('student', model.weights),
    needs: { logits: false, layers: [] },
    readsLabels: false,
    readsProgress: false,
    schedules: {},
    matched: [],
  };
}

/** For each text, `logits` [B, 3]: the sum of −log p, tokens found, tokens hidden. */
export function maskedLmScores(model: TextModel): Program {
  return (params, inputs, context) => {
    const output = model.forward(params, inputs as EncodedInputs, context);
    const { losses, hits, weights } = findings(output, inputs);
    const places = output.logits.shape.slice(0, 2) as [number, number];
    const sums = [tf.mul(losses, weights), tf.mul(hits, weights), weights].map((values) =>
      tf.sum(tf.reshape(values, places), 1),
    );
    return { outputs: { logits: tf.stack(sums, 1) } };
  };
}

function findings({ logits }: ModelOutput, inputs: Tensors): Findings {
  const words = logits.shape[2] as number;
  const rows = tf.reshape(logits, [-1, words]); // [N, V]
  const hidden = tf.reshape(inputs['hidden'] as tf.Tensor, [-1, 1]); // [N, 1]
  const truth = tf.cast(
    tf.equal(hidden, tf.reshape(tf.range(0, words, 1, 'int32'), [1, words])),
    'float32',
  ); // [N, V], a row of zeros where nothing is hidden
  const weights = tf.sum(truth, 1) as tf.Tensor1D;
  const likelihood = tf.sum(tf.mul(truth, tf.logSoftmax(rows)), 1);
  const own = tf.sum(tf.mul(truth, rows), 1);
  const hits = tf.cast(tf.greaterEqual(own, tf.max(rows, 1)), 'float32') as tf.Tensor1D;
  return { losses: tf.neg(likelihood) as tf.Tensor1D, hits, weights };
}
