import { describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { predictionRows } from './prediction-rows.js';

const mask = () => tf.tensor2d([1, 1, 1, 1, 1, 0], [2, 3]);
const values = (tensor: tf.Tensor | undefined) => tensor?.arraySync();

describe('predictionRows', () => {
  it('makes a row of every token and weighs those that begin a labelled word', () => {
    tf.tidy(() => {
      const student = tf.range(0, 12).reshape([2, 3, 2]);
      const labels = tf.tensor2d([-1, 1, -1, 0, -1, -1], [2, 3], 'int32');
      const firsts = tf.tensor2d([0, 1, 1, 1, 0, 0], [2, 3], 'int32');
      const rows = predictionRows('token-classification', {
        student,
        labels,
        firsts,
        mask: mask(),
      });
      expect(rows.student.shape).toEqual([6, 2]);
      expect(values(rows.labels)).toEqual([0, 1, 0, 0, 0, 0]);
      expect(values(rows.weights)).toEqual([0, 1, 0, 1, 0, 0]);
      const unlabelled = predictionRows('token-classification', { student, firsts, mask: mask() });
      expect(unlabelled).not.toHaveProperty('labels');
      expect(values(unlabelled.weights)).toEqual([0, 1, 1, 1, 0, 0]);
    });
  });

  it('makes a row of positions for each end of a span, starts first, without padding', () => {
    tf.tidy(() => {
      const student = tf.range(0, 12).reshape([2, 3, 2]);
      const labels = tf.tensor2d([1, 2, 0, 1], [2, 2], 'int32');
      const rows = predictionRows('span', { student, teacher: student, labels, mask: mask() });
      expect(values(rows.student)).toEqual([
        [0, 2, 4],
        [6, 8, 10 - 1e4],
        [1, 3, 5],
        [7, 9, 11 - 1e4],
      ]);
      expect(values(rows.teacher)).toEqual(values(rows.student));
      expect(values(rows.labels)).toEqual([1, 0, 2, 1]);
    });
  });

  it('leaves texts as they are', () => {
    tf.tidy(() => {
      const student = tf.ones([2, 3]);
      const labels = tf.zeros([2, 3]);
      const rows = predictionRows('multi-label', { student, labels, mask: mask() });
      expect(rows.student).toBe(student);
      expect(rows.labels).toBe(labels);
    });
  });
});
