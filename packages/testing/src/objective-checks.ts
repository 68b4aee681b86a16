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
import {
  labelsOf,
  sampleOf,
  takeRows,
  withPadding,
  type PredictionSample,
} from './prediction-samples.js';

/**
 * An objective and the kind of task it is tried on: class ids on [N, 3], values on [N, 1], a 0 or 1 for every class on
 * [N, 3] for multi-label tasks, or positions on [N, 5], two of them padding, for spans.
 */
export interface ObjectiveSubject {
  readonly objective: Objective;
  readonly kind: Task['kind'];
}

/** Only what an objective may ask before it refuses. */
const SPANS: Task = {
  name: 'spans',
  kind: 'span',
  arity: 2,
  labels: [],
  activation: 'span',
  outputs: 2,
  splits: [],
  read: async function* () {
    // There is nothing to read.
  },
  metrics: [],
  selects: '',
  evaluation: () => ({ add: () => undefined, scores: () => ({}) }),
};

/** Promises of `Objective.loss`; they run on the current tfjs backend. */
export const objectiveChecks: readonly Check<ObjectiveSubject>[] = [
  {
    name: 'returns one finite number',
    run: (subject) => assertFinite('loss', [value(subject, sampleOf(subject.kind))]),
  },
  {
    name: 'has the student gradient that finite differences show',
    run(subject) {
      const sample = sampleOf(subject.kind);
      const loss = (student: tf.Tensor) => evaluate(subject, sample, { student });
      assertTrueGradient('student', loss, sample.student);
    },
  },
  {
    name: 'sends no gradient to the teacher',
    run(subject) {
      if (!subject.objective.reads.includes('teacher')) return;
      const sample = sampleOf(subject.kind);
      const loss = (teacher: tf.Tensor) => evaluate(subject, sample, { teacher });
      assertZeroGradient('teacher', loss, sample.teacher);
    },
  },
  {
    name: 'does not depend on the order of the batch',
    run(subject) {
      const sample = sampleOf(subject.kind);
      const mixed = takeRows(sample, [2, 0, 3, 1]);
      assertClose('loss of the permuted batch', value(subject, mixed), value(subject, sample));
    },
  },
  {
    name: 'is a mean over the batch',
    run(subject) {
      const sample = sampleOf(subject.kind);
      const twice = takeRows(sample, [0, 1, 2, 3, 0, 1, 2, 3]);
      assertClose('loss of the doubled batch', value(subject, twice), value(subject, sample));
    },
  },
  {
    name: 'weighs rows as if they were repeated, and leaves out those of weight 0',
    run(subject) {
      const sample = sampleOf(subject.kind);
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
    run: (subject) => assertFinite('loss', [value(subject, takeRows(sampleOf(subject.kind), [1]))]),
  },
  {
    name: 'stays finite on logits of ±60',
    run(subject) {
      const sample = sampleOf(subject.kind);
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
      const input = tensors(subject, sampleOf(subject.kind));
      assertNoLeak(() => subject.objective.loss(input));
      tf.dispose(input as unknown as tf.TensorContainer);
    },
  },
  {
    name: 'refuses operands that do not fit together',
    run(subject) {
      const sample = sampleOf(subject.kind);
      const { reads } = subject.objective;
      const columns = sample.teacher.shape[1] as number;
      if (reads.includes('teacher')) {
        assertRefusesShapes('a teacher with one more column', () =>
          evaluate(subject, sample, { teacher: tf.zeros([4, columns + 1]) }),
        );
      }
      if (reads.includes('labels')) {
        const { labels } = takeRows(sample, [1, 2, 3]);
        assertRefusesShapes('one label too few', () => evaluate(subject, { ...sample, labels }));
      }
      if (reads.includes('labels') && subject.kind === 'multi-label') {
        const { shape, values } = sample.labels;
        const labels = { shape: [shape[0] as number, 1], values: values.slice(0, shape[0]) };
        assertRefusesShapes('labels for one class only', () =>
          evaluate(subject, { ...sample, labels }),
        );
      }
    },
  },
  {
    name: 'does not see columns of padding, unless it refuses spans',
    run({ objective }) {
      if (objective.refuses(SPANS) !== undefined) return;
      const subject = { objective };
      const bare = sampleOf('classification');
      const padded = withPadding(bare, 4);
      assertClose('loss with columns of −10⁴', value(subject, padded), value(subject, bare));
      const gradient = (sample: PredictionSample) =>
        gradientOf((student) => evaluate(subject, sample, { student }), sample.student);
      const columns = padded.student.shape[1] as number;
      const [seen, expected] = [gradient(padded), gradient(bare)];
      seen.forEach((slope, i) => {
        const [row, column] = [Math.floor(i / columns), i % columns];
        const without = column < 3 ? (expected[row * 3 + column] as number) : 0;
        assertClose(`gradient of row ${row}, column ${column}, beside padding`, slope, without);
      });
    },
  },
];

function mapValues({ shape, values }: Sample, f: (value: number, i: number) => number): Sample {
  return { shape, values: values.map(f) };
}

function tensors(
  { objective }: Pick<ObjectiveSubject, 'objective'>,
  sample: PredictionSample,
): PredictionLossInput {
  const { student, teacher } = sample;
  return {
    student: tensorOf(student) as tf.Tensor2D,
    ...(objective.reads.includes('teacher') ? { teacher: tensorOf(teacher) as tf.Tensor2D } : {}),
    ...(objective.reads.includes('labels') ? { labels: labelsOf(sample) as tf.Tensor1D } : {}),
    ...(objective.reads.includes('progress') ? { progress: tf.scalar(0.25) } : {}),
  };
}

function evaluate(
  subject: Pick<ObjectiveSubject, 'objective'>,
  sample: PredictionSample,
  given: {
    readonly student?: tf.Tensor;
    readonly teacher?: tf.Tensor;
    readonly weights?: tf.Tensor1D;
  } = {},
): tf.Scalar {
  return subject.objective.loss({ ...tensors(subject, sample), ...given } as PredictionLossInput);
}

function value(subject: Pick<ObjectiveSubject, 'objective'>, sample: PredictionSample): number {
  return lossValue(() => evaluate(subject, sample));
}
