import * as tf from '@tensorflow/tfjs';
import {
  createRng,
  isTokenFeature,
  type IntermediateObjective,
  type Weights,
} from '@distiller/core';
import type { Sample } from './loss-assertions.js';

/** Three texts of 3, 2 and 1 tokens; hidden states [3, 3, 4], attention features [3, 2, 3, 3]. */
const LENGTHS = [3, 2, 1];
const TOKENS = 3;
const WIDTH = 4;
const HEADS = 2;
/** Of the teacher, where sides are unequal. */
const OTHER_WIDTH = 6;
const OTHER_HEADS = 4;

/** Operands of an intermediate objective, as arrays. */
export interface RepresentationSample {
  readonly student: Sample;
  readonly teacher: Sample;
  /** Of the pair before, for objectives that compare steps. */
  readonly previous?: { readonly student: Sample; readonly teacher: Sample };
  readonly lengths: readonly number[];
  readonly params: Weights;
}

/**
 * Random operands of the objective's feature.
 *
 * @param sides `unequal` gives the teacher more features and heads than the student.
 */
export function sampleOf(
  objective: IntermediateObjective,
  sides: 'equal' | 'unequal' = 'equal',
): RepresentationSample {
  const rng = createRng(7);
  const isToken = isTokenFeature(objective.feature);
  const studentSize = isToken ? WIDTH : HEADS;
  const otherSize = isToken ? OTHER_WIDTH : OTHER_HEADS;
  const teacherSize = sides === 'unequal' ? otherSize : studentSize;
  const draw = (side: string, size: number): Sample => {
    const shape = isToken ? [LENGTHS.length, TOKENS, size] : [LENGTHS.length, size, TOKENS, TOKENS];
    const normals = rng.derive(side).normals(shape.reduce((a, b) => a * b));
    const values = objective.feature === 'attentions' ? attentionMaps(normals, size) : normals;
    return { shape, values };
  };
  const params = objective.parameters?.({ studentSize, teacherSize }, rng.derive('own'));
  return {
    student: draw('student', studentSize),
    teacher: draw('teacher', teacherSize),
    ...(objective.comparesSteps && {
      previous: {
        student: draw('student before', studentSize),
        teacher: draw('teacher before', teacherSize),
      },
    }),
    lengths: LENGTHS,
    params: params ?? {},
  };
}

/** Softmax over every key that is a token; [B, H, T, T] in, the same out. */
function attentionMaps(scores: Float32Array, heads: number): Float32Array {
  return scores.map((_, i) => {
    const row = i - (i % TOKENS);
    const length = LENGTHS[Math.floor(i / (heads * TOKENS * TOKENS))] as number;
    const powers = scores.subarray(row, row + length).map(Math.exp);
    return i - row < length ? Math.exp(scores[i] as number) / powers.reduce((a, b) => a + b) : 0;
  });
}

/** Puts a value wherever a padding token is involved. */
export function fillPadding(
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

export function mapValues({ shape, values }: Sample, f: (i: number) => number): Sample {
  return { shape, values: values.map((_, i) => f(i)) };
}

export function takeTexts(sample: RepresentationSample, texts: number[]): RepresentationSample {
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

export function maskOf(lengths: readonly number[]): tf.Tensor2D {
  return tf.tensor2d(lengths.map((length) => [0, 1, 2].map((t) => (t < length ? 1 : 0))));
}
