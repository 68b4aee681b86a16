import { deepEqual } from 'node:assert/strict';
import type { Program, Weights } from '@distiller/core';
import * as tf from '@tensorflow/tfjs';
import type { Check } from '../check.js';
import { finiteDifferences } from '../finite-differences.js';
import { assertClose } from './assert-close.js';
import { elementwiseCases } from './elementwise-cases.js';
import { withEngine, type EngineSubject } from './engine-subject.js';
import { parameter } from './host-arrays.js';
import { layoutCases } from './layout-cases.js';
import { momentum } from './momentum.js';
import { sample, type OpCase } from './op-case.js';
import { productCases } from './product-cases.js';
import { reductionCases } from './reduction-cases.js';
import { reference, type ReferenceArray } from './reference-array.js';
import { textModelCases } from './text-model-cases.js';

const cases: readonly OpCase[] = [
  ...elementwiseCases,
  ...reductionCases,
  ...layoutCases,
  ...productCases,
  ...textModelCases,
];

/** Every op of a text model, forward and backward, against float64. */
export const opChecks: readonly Check<EngineSubject>[] = cases.map((opCase) => ({
  name: `computes ${opCase.name} and its gradient`,
  run: (subject) => withEngine(subject, (engine) => checkOp(opCase, subject.tolerance, engine)),
}));

async function checkOp(
  opCase: OpCase,
  tolerance: number,
  engine: Awaited<ReturnType<EngineSubject['engine']>>,
): Promise<void> {
  const weights = Object.fromEntries(
    Object.entries(opCase.params).map(([name, array]) => [name, parameter(array)]),
  );
  const expected = opCase.reference(rounded(weights));
  // A loss that weighs every entry of the result differently, so that no two gradients can be confused.
  const slopes = sample('slopes', expected.shape);
  const program: Program = (params, inputs) => {
    const y = opCase.program(params, inputs);
    return { outputs: { y }, loss: tf.sum(tf.mul(y, inputs['slopes'] as tf.Tensor)) };
  };
  const inputs = { ...opCase.inputs, slopes: parameter(slopes) };

  const inference = await engine.inference(program, weights);
  const { y } = await inference.run(inputs);
  await inference.dispose();
  deepEqual(y?.shape, expected.shape, `${opCase.name}: the shape`);
  assertClose(`${opCase.name}: the result`, y?.data ?? [], expected.data, tolerance);

  const training = await engine.training(program, weights, momentum);
  const { gradients, outputs } = await training.gradients(inputs, { seed: 1, step: 0 });
  await training.dispose();
  assertClose(
    `${opCase.name}: result of training`,
    outputs['y']?.data ?? [],
    expected.data,
    tolerance,
  );
  for (const name of Object.keys(opCase.params)) {
    const numeric = numericGradient(opCase, rounded(weights), name, slopes);
    const what = `${opCase.name}: gradient of ${name}`;
    assertClose(what, gradients[name]?.data ?? [], numeric, tolerance);
  }
}

/** Gradient of Σ slopes ∘ reference with respect to one parameter, in float64. */
function numericGradient(
  opCase: OpCase,
  params: Readonly<Record<string, ReferenceArray>>,
  name: string,
  slopes: ReferenceArray,
): Float64Array {
  const { shape, data } = params[name] as ReferenceArray;
  const loss = (values: Float64Array) =>
    opCase
      .reference({ ...params, [name]: { shape, data: values } })
      .data.reduce((sum, value, i) => sum + value * (slopes.data[i] as number), 0);
  return finiteDifferences(loss, data, 1e-5);
}

/** The values as the engine sees them. */
function rounded(weights: Weights): Record<string, ReferenceArray> {
  return Object.fromEntries(
    Object.entries(weights).map(([name, { shape, data }]) => [name, reference(shape, data)]),
  );
}
