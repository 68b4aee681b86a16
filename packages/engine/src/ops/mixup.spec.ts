import { describe, expect, it } from '@jest/globals';
import type { EncodedInputs } from '@distiller/core';
import * as tf from '@tensorflow/tfjs';
import { readWords } from './mixup.js';

tf.enableProdMode(); // no advertisement from the cpu backend

const TABLE = tf.tensor2d([
  [0, 1],
  [10, 20],
  [30, 40],
]);
const ENCODED = {
  ids: tf.tensor2d([1, 2, 2, 0], [2, 2], 'int32'),
  mask: tf.tensor2d([1, 1, 1, 0], [2, 2], 'int32'),
  types: tf.zeros([2, 2], 'int32'),
} as EncodedInputs;

const mixup = (lambda: number, union: 0 | 1) => ({
  ...ENCODED,
  'mixup/lambda': tf.scalar(lambda),
  'mixup/permutation': tf.tensor1d([1, 0], 'int32'),
  'mixup/union': tf.scalar(union),
});

const PLAIN = [
  [10, 20],
  [30, 40],
  [30, 40],
  [0, 1],
].flat();

describe('readWords', () => {
  it('looks words up', () => {
    const { words, mask } = readWords(TABLE, ENCODED);
    expect([...words.dataSync()]).toEqual(PLAIN);
    expect([...mask.dataSync()]).toEqual([1, 1, 1, 0]);
  });

  it('puts mixed rows below the plain ones', () => {
    const { words, mask } = readWords(TABLE, mixup(0.25, 1));
    expect(words.shape).toEqual([4, 2, 2]);
    // ¼ · (10, 20) + ¾ · (30, 40), ¼ · (30, 40) + ¾ · (0, 1); then the other way round
    const mixed = [25, 35, 7.5, 10.75, 15, 25, 22.5, 30.25];
    expect([...words.dataSync()]).toEqual([...PLAIN, ...mixed]);
    expect([...mask.dataSync()]).toEqual([1, 1, 1, 0, 1, 1, 1, 1]);
    expect([...readWords(TABLE, mixup(0.25, 0)).mask.dataSync()].slice(4)).toEqual([1, 1, 1, 0]);
  });

  it('mixes nothing in for λ = 1', () => {
    const { words } = readWords(TABLE, mixup(1, 0));
    expect([...words.dataSync()]).toEqual([...PLAIN, ...PLAIN]);
  });
});
