import { describe, expect, it } from '@jest/globals';
import { createRng, type IntermediateObjective } from '@distiller/core';
import { assertSameShape, detach, linear } from '@distiller/engine';
import * as tf from '@tensorflow/tfjs';
import { failingChecks } from './failing-checks.js';
import { intermediateChecks } from './intermediate-checks.js';

type Loss = IntermediateObjective['loss'];

/** A correct objective on hidden states: masked sum of squared differences over the number of tokens. */
const loss: Loss = ({ student, teacher, mask }) => {
  assertSameShape('loss', ['student', 'teacher'], student, teacher);
  assertSameShape('loss', ['a row of student', 'mask'], { shape: student.shape.slice(0, 2) }, mask);
  return tf.tidy(() => {
    const difference = tf.mul(tf.sub(student, detach(teacher)), tf.expandDims(mask, -1));
    return tf.div(tf.sum(tf.square(difference)), tf.sum(mask)) as tf.Scalar;
  });
};

function failures(broken: Loss, rest: Partial<IntermediateObjective> = {}) {
  return failingChecks(intermediateChecks, {
    feature: 'hidden',
    needsEqualWidth: true,
    loss: broken,
    ...rest,
  });
}

describe('intermediateChecks', () => {
  it('passes correct objectives on hidden states and on attention maps', async () => {
    expect(await failures(loss)).toEqual([]);
    const onMaps: Loss = ({ student, teacher, mask }) => {
      const [texts, , tokens] = student.shape;
      assertSameShape('onMaps', ['student', 'teacher'], student, teacher);
      assertSameShape(
        'onMaps',
        ['texts and tokens', 'mask'],
        { shape: [texts as number, tokens as number] },
        mask,
      );
      return tf.tidy(() => {
        const both = tf.mul(tf.expandDims(mask, 1), tf.expandDims(mask, 2)); // [B, T, T]
        const difference = tf.mul(tf.sub(student, detach(teacher)), tf.expandDims(both, 1));
        return tf.div(tf.sum(tf.square(difference)), tf.sum(mask)) as tf.Scalar;
      });
    };
    expect(await failures(onMaps, { feature: 'attentions' })).toEqual([]);
    expect(await failures(onMaps, { feature: 'attentionScores' })).toEqual([]);
  });

  it('passes a correct objective with parameters, and finds one that cuts them off', async () => {
    const parameters = () => ({
      weight: { dtype: 'float32' as const, shape: [4, 4], data: createRng(1).normals(16) },
    });
    const mapped =
      (cut: boolean): Loss =>
      (input) =>
        tf.tidy(() => {
          const weight = input.params['weight'] as tf.Tensor;
          return loss({ ...input, student: linear(input.student, cut ? detach(weight) : weight) });
        });
    expect(await failures(mapped(false), { parameters })).toEqual([]);
    expect(await failures(mapped(true), { parameters })).toEqual([
      'has the gradients of its own parameters that finite differences show',
    ]);
  });

  it('finds a result that is not finite', async () => {
    expect(
      await failures((input) => tf.tidy(() => tf.mul(loss(input), NaN) as tf.Scalar)),
    ).toContain('returns one finite number');
  });

  it('finds a wrong gradient', async () => {
    expect(
      await failures((input) => tf.tidy(() => loss({ ...input, student: detach(input.student) }))),
    ).toEqual(['has the student gradient that finite differences show']);
  });

  it('finds a gradient that reaches the teacher', async () => {
    const open: Loss = (input) =>
      tf.tidy(
        () =>
          tf.add(
            loss(input),
            tf.mul(tf.mean(tf.mul(input.teacher, tf.expandDims(input.mask, -1))), 0.1),
          ) as tf.Scalar,
      );
    expect(await failures(open)).toEqual(['sends no gradient to the teacher']);
  });

  it('finds a loss that sees the padding', async () => {
    const unmasked: Loss = (input) =>
      tf.tidy(() => tf.add(loss(input), tf.mean(tf.square(input.student))) as tf.Scalar);
    expect(await failures(unmasked)).toEqual(['does not see what is in the padding']);
  });

  it('finds a loss that depends on the order of the batch', async () => {
    const first: Loss = (input) =>
      tf.tidy(
        () =>
          tf.add(loss(input), tf.mean(tf.slice(input.student, [0, 0, 0], [1, 1, -1]))) as tf.Scalar,
      );
    expect(await failures(first)).toEqual(['does not depend on the order of the batch']);
  });

  it('finds a batch of one that divides by zero', async () => {
    const unbiased: Loss = (input) =>
      tf.tidy(() => tf.mul(loss(input), input.mask.shape[0] === 1 ? NaN : 1) as tf.Scalar);
    expect(await failures(unbiased)).toEqual(['takes a batch of one']);
  });

  it('finds powers that overflow', async () => {
    const steep: Loss = (input) =>
      tf.tidy(() => {
        const powers = tf.mul(tf.exp(tf.mul(input.student, 2)), tf.expandDims(input.mask, -1));
        return tf.add(loss(input), tf.div(tf.sum(powers), tf.sum(powers))) as tf.Scalar;
      });
    expect(await failures(steep)).toContain('stays finite on extreme values');
  });

  it('finds a norm without a slope at zero', async () => {
    const rooted: Loss = (input) =>
      tf.tidy(() => {
        const correct = loss(input);
        const squares = tf.sum(tf.square(tf.mul(input.student, tf.expandDims(input.mask, -1))));
        return tf.add(correct, tf.sqrt(tf.div(squares, tf.sum(input.mask)))) as tf.Scalar;
      });
    expect(await failures(rooted)).toEqual(['stays finite on a student of zeros']);
  });

  it('finds a distance without a slope where both sides agree', async () => {
    const rooted =
      (epsilon: number): Loss =>
      (input) =>
        tf.tidy(() => {
          loss(input); // refuses what does not fit
          const { student, teacher, mask } = input;
          const squares = tf.sum(tf.square(tf.sub(student, detach(teacher))), -1);
          const distances = tf.mul(tf.sqrt(tf.add(squares, epsilon)), mask);
          return tf.div(tf.sum(distances), tf.sum(mask)) as tf.Scalar;
        });
    expect(await failures(rooted(1e-12))).toEqual([]);
    expect(await failures(rooted(0))).toEqual([
      'stays finite on a student that equals its teacher',
    ]);
  });

  it('passes an objective on sides of different sizes, and finds one that can take only equal ones', async () => {
    const norms: Loss = ({ student, teacher, mask }) =>
      tf.tidy(() => {
        for (const side of [student, teacher])
          assertSameShape('norms', ['texts', 'mask'], { shape: side.shape.slice(0, 2) }, mask);
        const norm = (x: tf.Tensor) => tf.mul(tf.sum(tf.square(x), -1), mask); // [B, T]
        const difference = tf.squaredDifference(norm(student), norm(detach(teacher)));
        return tf.div(tf.sum(difference), tf.sum(mask)) as tf.Scalar;
      });
    expect(await failures(norms, { needsEqualWidth: false })).toEqual([]);
    expect(await failures(loss, { needsEqualWidth: false })).toEqual([
      'takes sides of different sizes unless it needs one',
    ]);
  });

  it('finds a leak', async () => {
    const leaking: Loss = (input) => tf.mul(loss(input), 1);
    expect(await failures(leaking)).toEqual(['keeps no tensor alive but its result']);
  });

  it('finds sizes that are not checked where they must be equal', async () => {
    const stretching: Loss = (input) => {
      const { student, teacher, mask } = input;
      for (const side of [student, teacher])
        assertSameShape('stretching', ['texts', 'mask'], { shape: side.shape.slice(0, 2) }, mask);
      return tf.tidy(() => {
        const width = Math.min(student.shape[2] as number, teacher.shape[2] as number);
        const cut = (x: tf.Tensor) => tf.slice(x, [0, 0, 0], [-1, -1, width]);
        return loss({ ...input, student: cut(student), teacher: cut(teacher) });
      });
    };
    expect(await failures(stretching)).toEqual(['refuses operands that do not fit together']);
  });

  it('finds shapes that are not checked', async () => {
    const unchecked: Loss = ({ student, teacher, mask }) =>
      tf.tidy(() => {
        const difference = tf.mul(tf.sub(student, detach(teacher)), tf.expandDims(mask, -1));
        return tf.div(tf.sum(tf.square(difference)), tf.sum(mask)) as tf.Scalar;
      });
    expect(await failures(unchecked)).toEqual(['refuses operands that do not fit together']);
  });
});
