import * as tf from '@tensorflow/tfjs';
import type { Objective, PredictionLossInput, Task } from '@distiller/core';
import type { Check } from './check.js';
import {
  assertClose,
  assertFinite,
  assertNoLeak,
  assertRefusesShapes,
  assertTrueGradient,
  assertZeroGradient,
  gradientOf,
  lossValue,
  tensorOf,
  type Sample,
} from './loss-assertions.js';

/** An objective and the kind of task it is tried on: class ids on [N, 3], or values on [N, 1]. */
export interface ObjectiveSubject {
  readonly objective: Objective;
  readonly kind: Task['kind'];
}

interface PredictionSample {
  readonly student: Sample;
  readonly teacher: Sample;
  readonly labels: readonly number[];
}

/** Promises of `Objective.loss`; they run on the current tfjs backend. */
export const objectiveChecks: readonly Check<ObjectiveSubject>[] = [
  {
    name: 'returns one finite number',
    run: (subject) => assertFinite('loss', [value(subject, sampleOf(subject))]),
  },
  {
    name: 'has the student gradient that finite differences show',
    run(subject) {
      const sample = sampleOf(subject);
      const loss = (student: tf.Tensor) => evaluate(subject, sample, { student });
      assertTrueGradient('student', loss, sample.student);
    },
  },
  {
    name: 'sends no gradient to the teacher',
    run(subject) {
      if (!subject.objective.reads.includes('teacher')) return;
      const sample = sampleOf(subject);
      const loss = (teacher: tf.Tensor) => evaluate(subject, sample, { teacher });
      assertZeroGradient('teacher', loss, sample.teacher);
    },
  },
  {
    name: 'does not depend on the order of the batch',
    run(subject) {
      const sample = sampleOf(subject);
      const mixed = takeRows(sample, [2, 0, 3, 1]);
      assertClose('loss of the permuted batch', value(subject, mixed), value(subject, sample));
    },
  },
  {
    name: 'is a mean over the batch',
    run(subject) {
      const sample = sampleOf(subject);
      const twice = takeRows(sample, [0, 1, 2, 3, 0, 1, 2, 3]);
      assertClose('loss of the doubled batch', value(subject, twice), value(subject, sample));
    },
  },
  {
    name: 'weighs rows as if they were repeated, and leaves out those of weight 0',
    run(subject) {
      const sample = sampleOf(subject);
      const weighted = { weights: tf.tensor1d([2, 0, 1, 0]) };
      assertClose(
        'loss under weights 2, 0, 1, 0',
        lossValue(() => evaluate(subject, sample, weighted)),
        value(subject, takeRows(sample, [0, 0, 2])),
      );
      weighted.weights.dispose();
    },
  },
  {
    name: 'takes a batch of one',
    run: (subject) => assertFinite('loss', [value(subject, takeRows(sampleOf(subject), [1]))]),
  },
  {
    name: 'stays finite on logits of ±60',
    run(subject) {
      const sample = sampleOf(subject);
      const extreme: PredictionSample = {
        ...sample,
        student: mapValues(sample.student, (_, i) => (i % 2 === 0 ? 60 : -60)),
        teacher: mapValues(sample.teacher, (_, i) => (i % 3 === 0 ? -60 : 60)),
      };
      const loss = (student: tf.Tensor) => evaluate(subject, extreme, { student });
      assertFinite('loss', [value(subject, extreme)]);
      assertFinite('gradient of student', gradientOf(loss, extreme.student));
    },
  },
  {
    name: 'keeps no tensor alive but its result',
    run(subject) {
      const input = tensors(subject, sampleOf(subject));
      assertNoLeak(() => subject.objective.loss(input));
      tf.dispose(input as unknown as tf.TensorContainer);
    },
  },
  {
    name: 'refuses operands that do not fit together',
    run(subject) {
      const sample = sampleOf(subject);
      const { reads } = subject.objective;
      const columns = sample.teacher.shape[1] as number;
      if (reads.includes('teacher')) {
        assertRefusesShapes('a teacher with one more column', () =>
          evaluate(subject, sample, { teacher: tf.zeros([4, columns + 1]) }),
        );
      }
      if (reads.includes('labels')) {
        assertRefusesShapes('one label too few', () =>
          evaluate(subject, { ...sample, labels: sample.labels.slice(1) }),
        );
      }
    },
  },
];

function sampleOf({ kind }: ObjectiveSubject): PredictionSample {
  return kind === 'classification'
    ? {
        student: sample([4, 3], [0.3, -1.2, 0.8, 1.5, 0.1, -0.4, -0.7, 0.9, 0.2, 2.1, -0.3, 0.6]),
        teacher: sample([4, 3], [1.1, -0.5, 0.4, 0.2, 1.3, -0.8, -1.6, 0.7, 0.5, 1.9, 0.3, -0.2]),
        labels: [2, 0, 1, 0],
      }
    : {
        student: sample([4, 1], [0.3, -1.2, 0.8, 1.5]),
        teacher: sample([4, 1], [1.1, -0.5, 0.4, 0.2]),
        labels: [0.5, -1, 1.25, 2],
      };
}

function sample(shape: number[], values: number[]): Sample {
  return { shape, values: Float32Array.from(values) };
}

function mapValues({ shape, values }: Sample, f: (value: number, i: number) => number): Sample {
  return { shape, values: values.map(f) };
}

function takeRows({ student, teacher, labels }: PredictionSample, rows: number[]) {
  const take = ({ shape, values }: Sample): Sample => {
    const columns = shape[1] as number;
    const taken = rows.flatMap((r) => [...values.subarray(r * columns, (r + 1) * columns)]);
    return sample([rows.length, columns], taken);
  };
  return {
    student: take(student),
    teacher: take(teacher),
    labels: rows.map((r) => labels[r] as number),
  };
}

function tensors(
  { objective, kind }: ObjectiveSubject,
  { student, teacher, labels }: PredictionSample,
): PredictionLossInput {
  return {
    student: tensorOf(student) as tf.Tensor2D,
    ...(objective.reads.includes('teacher') ? { teacher: tensorOf(teacher) as tf.Tensor2D } : {}),
    ...(objective.reads.includes('labels')
      ? { labels: tf.tensor1d([...labels], kind === 'classification' ? 'int32' : 'float32') }
      : {}),
    ...(objective.reads.includes('progress') ? { progress: tf.scalar(0.25) } : {}),
  };
}

function evaluate(
  subject: ObjectiveSubject,
  sample: PredictionSample,
  given: {
    readonly student?: tf.Tensor;
    readonly teacher?: tf.Tensor;
    readonly weights?: tf.Tensor1D;
  } = {},
): tf.Scalar {
  return subject.objective.loss({ ...tensors(subject, sample), ...given } as PredictionLossInput);
}

function value(subject: ObjectiveSubject, sample: PredictionSample): number {
  return lossValue(() => evaluate(subject, sample));
}
