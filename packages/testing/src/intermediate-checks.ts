import * as tf from '@tensorflow/tfjs';
import type { IntermediateObjective, ProgramContext } from '@distiller/core';
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
} from './loss-assertions.js';
import {
  fillPadding,
  mapValues,
  maskOf,
  sampleOf,
  takeTexts,
  type RepresentationSample,
} from './representation-sample.js';

/** Outside training, so that nothing is random. */
const CONTEXT: ProgramContext = {
  training: false,
  uniform: (site) => {
    throw new Error(`random numbers at "${site}" outside training`);
  },
  within: (_, body) => body(),
};

/** Promises of `IntermediateObjective.loss`; they run on the current tfjs backend. */
export const intermediateChecks: readonly Check<IntermediateObjective>[] = [
  {
    name: 'returns one finite number',
    run: (objective) => assertFinite('loss', [value(objective, sampleOf(objective))]),
  },
  {
    name: 'has the student gradient that finite differences show',
    run(objective) {
      const sample = sampleOf(objective);
      const loss = (student: tf.Tensor) => evaluate(objective, sample, { student });
      assertTrueGradient('student', loss, sample.student);
    },
  },
  {
    name: 'has the gradients of its own parameters that finite differences show',
    run(objective) {
      const sample = sampleOf(objective);
      for (const [name, { shape, data }] of Object.entries(sample.params)) {
        const loss = (param: tf.Tensor) =>
          evaluate(objective, sample, { [`param ${name}`]: param });
        assertTrueGradient(name, loss, { shape, values: data });
      }
    },
  },
  {
    name: 'sends no gradient to the teacher',
    run(objective) {
      const sample = sampleOf(objective);
      const loss = (teacher: tf.Tensor) => evaluate(objective, sample, { teacher });
      assertZeroGradient('teacher', loss, sample.teacher);
    },
  },
  {
    name: 'does not see what is in the padding',
    run(objective) {
      const sample = sampleOf(objective);
      const junk = objective.feature === 'attentions' ? 0.9 : 50;
      const other = {
        ...sample,
        student: fillPadding(objective, sample.student, junk),
        teacher: fillPadding(objective, sample.teacher, -junk),
        ...(sample.previous && {
          previous: {
            student: fillPadding(objective, sample.previous.student, junk),
            teacher: fillPadding(objective, sample.previous.teacher, junk),
          },
        }),
      };
      assertClose(
        'loss after a change in the padding',
        value(objective, other),
        value(objective, sample),
      );
    },
  },
  {
    name: 'does not depend on the order of the batch',
    run(objective) {
      const sample = sampleOf(objective);
      const mixed = takeTexts(sample, [2, 0, 1]);
      assertClose('loss of the permuted batch', value(objective, mixed), value(objective, sample));
    },
  },
  {
    name: 'takes a batch of one',
    run: (objective) =>
      assertFinite('loss', [value(objective, takeTexts(sampleOf(objective), [1]))]),
  },
  {
    name: 'stays finite on extreme values',
    run(objective) {
      const sample = sampleOf(objective);
      const [low, high] = objective.feature === 'attentions' ? [0, 1] : [-60, 60];
      const extreme: RepresentationSample = {
        ...sample,
        student: mapValues(sample.student, (i) => (i % 2 === 0 ? high : low)),
        teacher: mapValues(sample.teacher, (i) => (i % 3 === 0 ? low : high)),
      };
      const loss = (student: tf.Tensor) => evaluate(objective, extreme, { student });
      assertFinite('loss', [value(objective, extreme)]);
      assertFinite('gradient of student', gradientOf(loss, extreme.student));
    },
  },
  {
    name: 'stays finite on a student of zeros',
    run(objective) {
      const sample = sampleOf(objective);
      const zeros = mapValues(sample.student, () => 0);
      const loss = (student: tf.Tensor) => evaluate(objective, sample, { student });
      assertFinite('gradient of student', gradientOf(loss, zeros));
    },
  },
  {
    name: 'stays finite on a student that equals its teacher',
    run(objective) {
      const sample = sampleOf(objective);
      const equal: RepresentationSample = {
        ...sample,
        ...(sample.previous && {
          previous: { student: sample.previous.teacher, teacher: sample.previous.teacher },
        }),
      };
      const loss = (student: tf.Tensor) => evaluate(objective, equal, { student });
      assertFinite('gradient of student', gradientOf(loss, sample.teacher));
    },
  },
  {
    name: 'takes sides of different sizes unless it needs one',
    run(objective) {
      if (objective.needsEqualWidth) return;
      const sample = sampleOf(objective, 'unequal');
      assertFinite('loss', [value(objective, sample)]);
      const loss = (student: tf.Tensor) => evaluate(objective, sample, { student });
      assertFinite('gradient of student', gradientOf(loss, sample.student));
    },
  },
  {
    name: 'keeps no tensor alive but its result',
    run(objective) {
      const { context, ...input } = tensors(sampleOf(objective));
      assertNoLeak(() => objective.loss({ ...input, context }));
      tf.dispose(input as unknown as tf.TensorContainer);
    },
  },
  {
    name: 'refuses operands that do not fit together',
    run(objective) {
      const sample = sampleOf(objective);
      const shorter = takeTexts(sample, [0, 1]);
      assertRefusesShapes('a teacher with one text less', () =>
        evaluate(objective, sample, { teacher: tensorOf(shorter.teacher) }),
      );
      assertRefusesShapes('a mask with one text less', () =>
        evaluate(objective, sample, { mask: maskOf(shorter.lengths) }),
      );
      if (!objective.needsEqualWidth) return;
      const { teacher } = sampleOf(objective, 'unequal');
      assertRefusesShapes('a teacher of another size', () =>
        evaluate(objective, sample, { teacher: tensorOf(teacher) }),
      );
    },
  },
];

function tensors({ student, teacher, previous, lengths, params }: RepresentationSample) {
  return {
    student: tensorOf(student),
    teacher: tensorOf(teacher),
    ...(previous && {
      previous: { student: tensorOf(previous.student), teacher: tensorOf(previous.teacher) },
    }),
    mask: maskOf(lengths),
    params: Object.fromEntries(
      Object.entries(params).map(([name, { shape, data }]) => [
        name,
        tensorOf({ shape, values: data }),
      ]),
    ),
    context: CONTEXT,
  };
}

function evaluate(
  objective: IntermediateObjective,
  sample: RepresentationSample,
  given: Readonly<Record<string, tf.Tensor>> = {},
): tf.Scalar {
  const input = tensors(sample);
  const params = Object.fromEntries(
    Object.entries(input.params).map(([name, t]) => [name, given[`param ${name}`] ?? t]),
  );
  return objective.loss({ ...input, ...given, params });
}

function value(objective: IntermediateObjective, sample: RepresentationSample): number {
  return lossValue(() => evaluate(objective, sample));
}
