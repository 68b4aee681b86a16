import { describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import type { Engine, Objective, Student, Task, Teacher } from '@distiller/core';
import { completeDistillation } from './complete-distillation.js';
import type { DistillationParts } from './distillation.js';
import { labelObjective, teacherObjective } from './objective-of-loss.js';

const task = { name: 'toy', outputs: 2, labels: ['few', 'many'] } as unknown as Task;
const teacher = { description: { outputs: 2 } } as unknown as Teacher;
const distance = teacherObjective((a, b) => tf.mean(tf.squaredDifference(a, b)) as tf.Scalar);

function parts(changes: Partial<DistillationParts> = {}): DistillationParts {
  return {
    engine: {} as Engine,
    student: {} as Student,
    task,
    teacher,
    objectives: [{ name: 'distance', objective: distance }],
    ...changes,
  };
}

describe('completeDistillation', () => {
  it('fills the gaps as a recipe does', () => {
    const matching = { pairs: () => [] };
    const hidden = { feature: 'hidden', needsEqualWidth: true, loss: () => tf.scalar(0) } as const;
    const whole = completeDistillation(
      parts({
        intermediate: [{ name: 'hidden', matching, objective: hidden }],
        training: { epochs: 1 },
      }),
    );
    expect(whole).toMatchObject({
      name: 'distillation',
      seed: 1,
      objectives: [{ name: 'distance', weight: 1 }],
      intermediate: [{ name: 'hidden', weight: 1, reduce: 'sum' }],
      training: {
        epochs: 1,
        batchSize: 32,
        learningRate: 5e-5,
        checkpointEvery: 200,
        optimizer: { name: 'adamw' },
      },
    });
    expect(whole.training.schedule.factor(0, 10)).toBe(0); // warms up
    expect(whole.baseline).toBeUndefined();
  });

  it('keeps what it is given, and a whole pipeline as it is', () => {
    const given = parts({
      name: 'mine',
      seed: 9,
      objectives: [{ name: 'distance', weight: 3, objective: distance }],
      training: { learningRate: 1, schedule: { factor: () => 1 } },
    });
    const whole = completeDistillation(given);
    expect(whole).toMatchObject(given);
    expect(completeDistillation(whole)).toEqual(whole);
  });

  const refusing: Objective = { ...distance, refuses: () => 'it wants three classes' };
  it.each<[string, Partial<DistillationParts>, RegExp]>([
    ['no objective', { objectives: [] }, /^The pipeline has no objectives: list at least one/],
    [
      'an objective that does not suit the task',
      { objectives: [{ name: 'picky', objective: refusing }] },
      /^The pipeline has a problem:\n {2}objectives.0: picky does not suit toy: it wants three classes$/,
    ],
    [
      'two objectives of one name',
      {
        objectives: [
          { name: 'a', objective: distance },
          { name: 'a', objective: distance },
        ],
      },
      /^Two objectives are called "a"; give each a name of its own/,
    ],
    [
      'a teacher of other classes',
      { teacher: { description: { outputs: 3 } } as unknown as Teacher },
      /^The teacher gives 3 logits but the task toy has 2 outputs/,
    ],
    [
      'numbers out of range',
      { training: { epochs: -1, batchSize: 0 } },
      /^training has 2 problems:\n {2}epochs: .*\n {2}batchSize: /,
    ],
  ])('refuses %s', (_, changes, message) => {
    expect(() => completeDistillation(parts(changes))).toThrow(
      expect.objectContaining({ code: 'config', message: expect.stringMatching(message) }),
    );
  });
});

describe('objectives made of functions', () => {
  it('hand the function what it reads', () => {
    const student = tf.tensor2d([[1, 2]]);
    const sum = labelObjective((logits, labels) => tf.add(tf.sum(logits), tf.sum(labels)));
    expect(sum.reads).toEqual(['labels']);
    expect(sum.loss({ student, labels: tf.tensor1d([4]) }).arraySync()).toBe(7); // 1 + 2 + 4
    expect(distance.reads).toEqual(['teacher']);
    // ((1 − 3)² + (2 − 2)²) / 2
    expect(distance.loss({ student, teacher: tf.tensor2d([[3, 2]]) }).arraySync()).toBe(2);
    expect(distance.refuses(task)).toBeUndefined();
  });

  it('hand on the weights of the rows', () => {
    const input = { student: tf.tensor2d([[1], [2]]), weights: tf.tensor1d([3, 0]) };
    const total = (_: tf.Tensor, __: tf.Tensor, weights?: tf.Tensor1D) =>
      tf.sum(weights as tf.Tensor1D) as tf.Scalar;
    const labels = tf.tensor1d([0, 0]);
    expect(
      labelObjective(total)
        .loss({ ...input, labels })
        .arraySync(),
    ).toBe(3);
    const teacher = tf.zerosLike(input.student);
    expect(
      teacherObjective(total)
        .loss({ ...input, teacher })
        .arraySync(),
    ).toBe(3);
  });
});
