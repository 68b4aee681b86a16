import { describe, expect, it } from '@jest/globals';
import { DistillerError, type Objective, type PredictionLossInput } from '@distiller/core';
import { assertSameShape, detach, weightedMean } from '@distiller/engine';
import * as tf from '@tensorflow/tfjs';
import { failingChecks } from './failing-checks.js';
import { objectiveChecks } from './objective-checks.js';

/** Averages over all columns alike, so spans are not for it. */
const refuses: Objective['refuses'] = ({ kind }) =>
  kind === 'span' ? 'padding counts' : undefined;

/** A correct objective: mean squared error of logits. */
function loss({ student, teacher, weights }: PredictionLossInput): tf.Scalar {
  assertSameShape('loss', ['student', 'teacher'], student, teacher as tf.Tensor2D);
  return tf.tidy(() => {
    const difference = tf.squaredDifference(student, detach(teacher as tf.Tensor2D));
    return weightedMean(tf.mean(difference, -1), weights);
  });
}

function failures(broken: Objective['loss'], reads: Objective['reads'] = ['teacher']) {
  const objective: Objective = { reads, refuses, loss: broken };
  return failingChecks(objectiveChecks, { objective, kind: 'classification' });
}

const WEIGHS = 'weighs rows as if they were repeated, and leaves out those of weight 0';

const scaled =
  (factor: (input: PredictionLossInput) => tf.Scalar | number) => (input: PredictionLossInput) =>
    tf.tidy(() => tf.mul(loss(input), factor(input)) as tf.Scalar);

describe('objectiveChecks', () => {
  it('passes a correct objective, for classes and for values', async () => {
    const objective: Objective = { reads: ['teacher'], refuses, loss };
    expect(await failingChecks(objectiveChecks, { objective, kind: 'classification' })).toEqual([]);
    expect(await failingChecks(objectiveChecks, { objective, kind: 'regression' })).toEqual([]);
  });

  it('finds a result that is no scalar or not finite', async () => {
    const perRow = (input: PredictionLossInput) =>
      tf.tidy(() => tf.reshape(loss(input), [1]) as unknown as tf.Scalar);
    expect(await failures(perRow)).toContain('returns one finite number');
    expect(await failures(scaled(() => NaN))).toContain('returns one finite number');
  });

  it('finds a wrong gradient', async () => {
    const cut = (input: PredictionLossInput) => loss({ ...input, student: detach(input.student) });
    expect(await failures(cut)).toContain('has the student gradient that finite differences show');
  });

  it('finds a gradient that reaches the teacher', async () => {
    const open = ({ student, teacher }: PredictionLossInput) =>
      tf.tidy(() => tf.mean(tf.squaredDifference(student, teacher as tf.Tensor2D)) as tf.Scalar);
    expect(await failures(open)).toContain('sends no gradient to the teacher');
  });

  it('finds a loss that depends on the order of the batch', async () => {
    const first = (input: PredictionLossInput) =>
      tf.tidy(
        () => tf.add(loss(input), tf.mean(tf.slice(input.student, [0, 0], [1, -1]))) as tf.Scalar,
      );
    expect(await failures(first)).toContain('does not depend on the order of the batch');
  });

  it('finds a sum instead of a mean', async () => {
    expect(await failures(scaled(({ student }) => student.shape[0]))).toEqual([
      'is a mean over the batch',
      WEIGHS,
    ]);
  });

  it('finds weights that are not heeded', async () => {
    const deaf = ({ student, teacher }: PredictionLossInput) =>
      loss({ student, teacher: teacher as tf.Tensor2D });
    expect(await failures(deaf)).toEqual([WEIGHS]);
  });

  it('finds a batch of one that divides by zero', async () => {
    const unbiased = scaled(({ student: { shape } }) => (shape[0] === 1 ? NaN : 1));
    expect(await failures(unbiased)).toEqual(['takes a batch of one']);
  });

  it('finds a softmax that overflows', async () => {
    const naive = ({ student, teacher, weights }: PredictionLossInput) =>
      tf.tidy(() => {
        const powers = tf.exp(tf.mul(student, 2));
        const share = tf.div(powers, tf.sum(powers, -1, true));
        assertSameShape('naive', ['student', 'teacher'], student, teacher as tf.Tensor2D);
        const difference = tf.squaredDifference(share, tf.softmax(detach(teacher as tf.Tensor2D)));
        return weightedMean(tf.mean(difference, -1), weights);
      });
    expect(await failures(naive)).toEqual(['stays finite on logits of ±60']);
  });

  it('finds a leak', async () => {
    const leaking = ({ student, teacher, weights }: PredictionLossInput) => {
      assertSameShape('leaking', ['student', 'teacher'], student, teacher as tf.Tensor2D);
      const difference = tf.squaredDifference(student, detach(teacher as tf.Tensor2D));
      return weightedMean(tf.mean(difference, -1), weights);
    };
    expect(await failures(leaking)).toEqual(['keeps no tensor alive but its result']);
  });

  it('finds operands that are broadcast, and errors with another code', async () => {
    const sloppy =
      (refuse: () => never) =>
      ({ student, teacher, ...rest }: PredictionLossInput) => {
        const mine = student.shape[1] as number;
        const theirs = (teacher as tf.Tensor2D).shape[1] as number;
        if (mine !== theirs) refuse();
        return loss({ ...rest, student, teacher: teacher as tf.Tensor2D });
      };
    const broken = 'refuses operands that do not fit together';
    const code = sloppy(() => { throw new DistillerError('bug', 'no'); }); // prettier-ignore
    expect(await failures(code)).toEqual([broken]);
    const labelBlind = ({ student, weights }: PredictionLossInput) =>
      tf.tidy(() => weightedMean(tf.mean(tf.square(student), -1), weights));
    expect(await failures(labelBlind, ['labels'])).toEqual([broken]);
  });
});

/** A correct objective for a 0 or 1 for every class. */
const binary: Objective = {
  reads: ['labels'],
  refuses: ({ kind }) => (kind === 'multi-label' ? undefined : 'one class is no choice'),
  loss: ({ student, labels, weights }) => {
    assertSameShape('binary', ['student', 'labels'], student, labels as tf.Tensor2D);
    return tf.tidy(() => {
      const excess = tf.sub(tf.softplus(student), tf.mul(labels as tf.Tensor2D, student));
      return weightedMean(tf.mean(excess, -1), weights);
    });
  },
};

describe('objectiveChecks on a multi-label task', () => {
  const failuresOf = (broken: Objective['loss']) =>
    failingChecks(objectiveChecks, { objective: { ...binary, loss: broken }, kind: 'multi-label' });

  it('passes a correct objective', async () => {
    expect(await failuresOf(binary.loss)).toEqual([]);
  });

  it('finds labels that are taken for class ids', async () => {
    const ids = ({ student, labels, weights }: PredictionLossInput) =>
      tf.tidy(() => {
        const chosen = tf.gather(tf.eye(3), labels as tf.Tensor1D); // float32, no ids
        return weightedMean(tf.neg(tf.sum(tf.mul(chosen, tf.logSoftmax(student)), -1)), weights);
      });
    expect(await failuresOf(ids)).toContain('returns one finite number');
  });

  it('finds labels of one class that are used for all', async () => {
    const sloppy = (input: PredictionLossInput) => {
      const labels = input.labels as tf.Tensor2D;
      if (labels.shape[0] !== input.student.shape[0]) return binary.loss(input);
      return tf.tidy(() =>
        binary.loss({
          ...input,
          labels: tf.broadcastTo(labels, input.student.shape) as tf.Tensor2D,
        }),
      );
    };
    expect(await failuresOf(sloppy)).toEqual(['refuses operands that do not fit together']);
  });
});

describe('objectiveChecks on spans', () => {
  const PADDING = 'does not see columns of padding, unless it refuses spans';
  const failuresOf = (broken: Objective['loss']) =>
    failingChecks(objectiveChecks, {
      objective: { reads: ['teacher'], refuses: () => undefined, loss: broken },
      kind: 'span',
    });
  const overSoftmax =
    (perRow: (ours: tf.Tensor, theirs: tf.Tensor) => tf.Tensor) =>
    ({ student, teacher, weights }: PredictionLossInput) => {
      assertSameShape('loss', ['student', 'teacher'], student, teacher as tf.Tensor2D);
      return tf.tidy(() => {
        const theirs = tf.softmax(detach(teacher as tf.Tensor2D));
        return weightedMean(perRow(tf.softmax(student), theirs), weights);
      });
    };

  it('passes a correct objective', async () => {
    const sum = overSoftmax((ours, theirs) => tf.sum(tf.squaredDifference(ours, theirs), -1));
    expect(await failuresOf(sum)).toEqual([]);
  });

  it('finds a mean over the positions, padding included', async () => {
    const mean = overSoftmax((ours, theirs) => tf.mean(tf.squaredDifference(ours, theirs), -1));
    expect(await failuresOf(mean)).toEqual([PADDING]);
  });

  it('finds a gradient that reaches padding, though the loss does not show it', async () => {
    const sum = overSoftmax((ours, theirs) => tf.sum(tf.squaredDifference(ours, theirs), -1));
    // Adds 0 in value; the slope is that of the padding's own logits.
    const leaky = (input: PredictionLossInput) =>
      tf.tidy(() => {
        const low = tf.sum(tf.minimum(tf.add(input.student, 5e3), 0));
        return tf.add(sum(input), tf.sub(low, detach(low))) as tf.Scalar;
      });
    expect(await failuresOf(leaky)).toContain(PADDING);
  });
});
