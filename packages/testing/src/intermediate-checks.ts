import * as tf from '@tensorflow/tfjs';
import {
  createRng,
  isTokenFeature,
  type IntermediateObjective,
  type ProgramContext,
  type Weights,
} from '@distiller/core';
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

/** Three texts of 3, 2 and 1 tokens; hidden states [3, 3, 4], attention features [3, 2, 3, 3]. */
const LENGTHS = [3, 2, 1];
const TOKENS = 3;
const WIDTH = 4;
const HEADS = 2;

/** Outside training, so that nothing is random. */
const CONTEXT: ProgramContext = {
  training: false,
  uniform: (site) => {
    throw new Error(`random numbers at "${site}" outside training`);
  },
  within: (_, body) => body(),
};

interface RepresentationSample {
  readonly student: Sample;
  readonly teacher: Sample;
  /** Of the pair before, for objectives that compare steps. */
  readonly previous?: { readonly student: Sample; readonly teacher: Sample };
  readonly lengths: readonly number[];
  readonly params: Weights;
}

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
    },
  },
];

function sampleOf(objective: IntermediateObjective): RepresentationSample {
  const rng = createRng(7);
  const shape = isTokenFeature(objective.feature)
    ? [LENGTHS.length, TOKENS, WIDTH]
    : [LENGTHS.length, HEADS, TOKENS, TOKENS];
  const draw = (side: string): Sample => {
    const normals = rng.derive(side).normals(shape.reduce((a, b) => a * b));
    const values = objective.feature === 'attentions' ? attentionMaps(normals) : normals;
    return { shape, values };
  };
  const size = isTokenFeature(objective.feature) ? WIDTH : HEADS;
  const params = objective.parameters?.(
    { studentSize: size, teacherSize: size },
    rng.derive('own'),
  );
  return {
    student: draw('student'),
    teacher: draw('teacher'),
    ...(objective.comparesSteps && {
      previous: { student: draw('student before'), teacher: draw('teacher before') },
    }),
    lengths: LENGTHS,
    params: params ?? {},
  };
}

/** Softmax over every key that is a token; [B, H, T, T] in, the same out. */
function attentionMaps(scores: Float32Array): Float32Array {
  return scores.map((_, i) => {
    const row = i - (i % TOKENS);
    const length = LENGTHS[Math.floor(i / (HEADS * TOKENS * TOKENS))] as number;
    const powers = scores.subarray(row, row + length).map(Math.exp);
    return i - row < length ? Math.exp(scores[i] as number) / powers.reduce((a, b) => a + b) : 0;
  });
}

/** Puts a value wherever a padding token is involved. */
function fillPadding(
  { feature }: IntermediateObjective,
  { shape, values }: Sample,
  junk: number,
): Sample {
  return mapValues({ shape, values }, (i) => {
    const text = Math.floor(i / (values.length / LENGTHS.length));
    const length = LENGTHS[text] as number;
    const padded = isTokenFeature(feature)
      ? Math.floor(i / WIDTH) % TOKENS >= length
      : i % TOKENS >= length || Math.floor(i / TOKENS) % TOKENS >= length;
    return padded ? junk : (values[i] as number);
  });
}

function mapValues({ shape, values }: Sample, f: (i: number) => number): Sample {
  return { shape, values: values.map((_, i) => f(i)) };
}

function takeTexts(sample: RepresentationSample, texts: number[]): RepresentationSample {
  const take = ({ shape, values }: Sample): Sample => {
    const size = values.length / (shape[0] as number);
    const taken = texts.flatMap((t) => [...values.subarray(t * size, (t + 1) * size)]);
    return { shape: [texts.length, ...shape.slice(1)], values: Float32Array.from(taken) };
  };
  const { previous } = sample;
  return {
    ...sample,
    student: take(sample.student),
    teacher: take(sample.teacher),
    ...(previous && {
      previous: { student: take(previous.student), teacher: take(previous.teacher) },
    }),
    lengths: texts.map((t) => sample.lengths[t] as number),
  };
}

function maskOf(lengths: readonly number[]): tf.Tensor2D {
  return tf.tensor2d(lengths.map((length) => [0, 1, 2].map((t) => (t < length ? 1 : 0))));
}

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
