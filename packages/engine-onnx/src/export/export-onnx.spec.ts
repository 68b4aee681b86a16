import { describe, expect, it } from '@jest/globals';
import { createRng, type Parameter, type Program, type Weights } from '@distiller/core';
import { embedding, gelu, layerNorm, linear } from '@distiller/engine';
import * as tf from '@tensorflow/tfjs';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { createOnnxEngine } from '../runtime/create-onnx-engine.js';
import { exportOnnx, type ExportOptions } from './export-onnx.js';

tf.enableProdMode(); // no advertisement from the cpu backend

const WIDTH = 8;
const shape = ['batch', 'sequence'];
const options: ExportOptions = {
  inputs: [
    { name: 'ids', as: 'input_ids', shape },
    { name: 'mask', as: 'attention_mask', shape },
    { name: 'types', as: 'token_type_ids', shape },
  ],
  outputs: { logits: 'logits' },
  limits: { sequence: 64 },
};

function parameter(name: string, ...extents: number[]): Parameter {
  const size = extents.reduce((product, extent) => product * extent, 1);
  return { dtype: 'float32', shape: extents, data: createRng(3).derive(name).normals(size) };
}

const weights: Weights = {
  words: parameter('words', 20, WIDTH),
  positions: parameter('positions', 64, WIDTH),
  gamma: parameter('gamma', WIDTH),
  beta: parameter('beta', WIDTH),
  up: parameter('up', 16, WIDTH),
  down: parameter('down', 2, 16),
};

/** Embeddings, one head of attention, a feed-forward part: every way in which sizes get into shapes. */
const model: Program = (params, { ids, mask }) => {
  const p = (name: string) => params[name] as tf.Tensor;
  const [batch, length] = (ids as tf.Tensor).shape as [number, number];
  const positions = tf.slice(p('positions'), [0, 0], [length, WIDTH]);
  const words = embedding(p('words') as tf.Tensor2D, ids as tf.Tensor);
  const x = layerNorm(tf.add(words, positions), p('gamma'), p('beta'), 1e-12);
  const floats = tf.cast(mask as tf.Tensor, 'float32');
  const bias = tf.reshape(tf.mul(tf.sub(1, floats), -1e4), [batch, 1, length]);
  const attention = tf.softmax(tf.add(tf.matMul(x, x, false, true), bias));
  const mixed = tf.reshape(tf.matMul(attention, x), [batch * length, WIDTH]);
  const inner = gelu(linear(mixed, p('up')));
  const logits = tf.reshape(linear(inner, p('down')), [batch, length, 2]);
  const summed = tf.sum(tf.mul(logits, tf.expandDims(floats, -1)), 1);
  return { outputs: { logits: tf.div(summed, tf.sum(floats, 1, true)) } };
};

describe('exportOnnx', () => {
  it('gives a model of standard operators that is right at every size', async () => {
    const session = await InferenceSession.create(exportOnnx(model, weights, options));
    expect(session.inputNames).toEqual(['input_ids', 'attention_mask', 'token_type_ids']);
    expect(session.outputNames).toEqual(['logits']);
    const engine = await createOnnxEngine({ threads: 1 });
    const inference = await engine.inference(model, weights);
    for (const [batch, length] of [
      [1, 1],
      [1, 9],
      [3, 16],
      [2, 64],
    ] as const) {
      const size = batch * length;
      const ids = Int32Array.from({ length: size }, (_, i) => (i * 7) % 20);
      const mask = Int32Array.from({ length: size }, (_, i) => Number(i % length < 1 + length / 2));
      const host = (data: Int32Array) => ({
        dtype: 'int32' as const,
        shape: [batch, length],
        data,
      });
      const types = new Int32Array(size);
      const wide = (data: Int32Array) =>
        new Tensor('int64', BigInt64Array.from(data, BigInt), [batch, length]);
      const expected = await inference.run({
        ids: host(ids),
        mask: host(mask),
        types: host(types),
      });
      const { logits } = await session.run({
        input_ids: wide(ids),
        attention_mask: wide(mask),
        token_type_ids: wide(types),
      });
      expect([...(logits?.dims ?? [])]).toEqual([batch, 2]);
      (logits?.data as Float32Array).forEach((value, i) =>
        expect(value).toBeCloseTo(expected['logits']?.data[i] as number, 5),
      );
    }
    await session.release();
    await engine.dispose();
  });

  const frozen: [string, (x: tf.Tensor) => tf.Tensor, RegExp][] = [
    ['number', (x) => tf.div(x, x.shape[1] as number), /export: head: the number [\d.]+ depends/],
    [
      'array',
      (x) => tf.mul(x, tf.range(0, x.shape[1] as number)),
      /export: head: a constant \[\d+\] depends/,
    ],
    [
      'shape',
      (x) => tf.slice(x, [0, 0], [-1, (x.shape[1] as number) - 1]),
      /export: head: the operation slice depends/,
    ],
  ];
  it.each(frozen)('refuses a %s that was made from a size', (_, body, message) => {
    const program: Program = (_params, { ids }, context) => ({
      outputs: { logits: context.within('head', () => body(tf.cast(ids as tf.Tensor, 'float32'))) },
    });
    expect(() => exportOnnx(program, {}, options)).toThrow(message);
  });

  it('refuses an output that the program does not have', () => {
    expect(() => exportOnnx(model, weights, { ...options, outputs: { scores: 'x' } })).toThrow(
      'export: the program has no output "scores". It has: logits.',
    );
  });

  it('refuses a limit below any distinctive size', () => {
    expect(() => exportOnnx(model, weights, { ...options, limits: { sequence: 2 } })).toThrow(
      'export: the size "sequence" is at most 2',
    );
  });
});
