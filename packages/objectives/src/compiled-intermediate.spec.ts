import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  createRng,
  isTokenFeature,
  type Engine,
  type HostTensor,
  type IntermediateObjective,
  type Parameter,
} from '@distiller/core';
import { createEagerEngine } from '@distiller/engine';
import { createOnnxEngine } from '@distiller/engine-onnx';
import { agreement, type ProgramCase } from '@distiller/testing';
import type * as tf from '@tensorflow/tfjs';
import { objectivesPlugin } from './plugin.js';

const [TEXTS, TOKENS, WIDTH, HEADS] = [3, 4, 6, 2];

/** Settings besides the defaults that make other programs. */
const VARIANTS: Readonly<Record<string, readonly object[]>> = {
  'attention-ce': [{ heads: 'mean' }],
  'attention-mse': [{ feature: 'attentions' }, { heads: 'sum' }],
  'minilm-relation': [{ of: 'keys', relationHeads: 3 }],
  cka: [{ pool: 'cls' }, { pool: 'tokens' }],
  rkd: [{ pool: 'mean' }],
};

/** A program whose weights are the student's side of one pair, and the objective's own parameters. */
function caseOf(objective: IntermediateObjective): ProgramCase {
  const shape = isTokenFeature(objective.feature)
    ? [TEXTS, TOKENS, WIDTH]
    : [TEXTS, HEADS, TOKENS, TOKENS];
  const size = isTokenFeature(objective.feature) ? WIDTH : HEADS;
  const rng = createRng(3);
  const draw = (name: string): Parameter => ({
    dtype: 'float32',
    shape,
    // Maps are positive; scores and states may be as well.
    data: rng
      .derive(name)
      .normals(shape.reduce((a, b) => a * b))
      .map((x) => (isTokenFeature(objective.feature) ? x : Math.abs(x))),
  });
  const mask: HostTensor = {
    dtype: 'float32',
    shape: [TEXTS, TOKENS],
    data: Float32Array.from([1, 1, 1, 1, 1, 1, 1, 0, 1, 1, 0, 0]),
  };
  const own =
    objective.parameters?.({ studentSize: size, teacherSize: size }, rng.derive('own')) ?? {};
  const ownWeights = Object.fromEntries(
    Object.entries(own).map(([name, value]) => [`own/${name}`, value]),
  );
  return {
    weights: { student: draw('student'), before: draw('before'), ...ownWeights },
    inputs: { teacher: draw('teacher'), teacherBefore: draw('teacher before'), mask },
    program: (params, inputs, context) => ({
      loss: objective.loss({
        student: params['student'] as tf.Tensor,
        teacher: inputs['teacher'] as tf.Tensor,
        mask: inputs['mask'] as tf.Tensor2D,
        params: Object.fromEntries(
          Object.keys(own).map((name) => [name, params[`own/${name}`] as tf.Tensor]),
        ),
        ...(objective.comparesSteps && {
          previous: {
            student: params['before'] as tf.Tensor,
            teacher: inputs['teacherBefore'] as tf.Tensor,
          },
        }),
        context,
      }),
      outputs: {},
    }),
  };
}

describe('compiled intermediate objectives', () => {
  let engines: [Engine, Engine];
  beforeAll(async () => {
    engines = [await createOnnxEngine({ threads: 1 }), await createEagerEngine({ backend: 'cpu' })];
  });
  afterAll(() => Promise.all(engines.map((engine) => engine.dispose())));

  const components = objectivesPlugin.components.filter(({ kind }) => kind === 'intermediate');
  const cases = components.flatMap((component) =>
    [{}, ...(VARIANTS[component.name] ?? [])].map(
      (settings) => [component.name, settings, component] as const,
    ),
  );

  it.each(cases)(
    '%s with %j gives the numbers of the eager engine',
    async (_, settings, component) => {
      const objective = (await component.create(
        component.settings.parse(settings),
        {},
      )) as IntermediateObjective;
      // Cosines and roots of differences lose a few digits.
      const { worst } = await agreement(...engines, 5e-5, caseOf(objective));
      expect(worst).toBeLessThan(5e-5);
    },
  );
});
