import { ok } from 'node:assert/strict';
import type { Engine, GradientResult } from '@distiller/core';
import { relativeDifference } from './assert-close.js';
import { momentum } from './momentum.js';
import { tinyClassifier, type ProgramCase } from './tiny-classifier.js';

/** How far two engines are apart at one step. */
export interface Agreement {
  /** |a − b| / |b| of the loss. */
  readonly loss: number;
  /**
   * By parameter: the largest difference as a share of the parameter's largest gradient, but at least of a
   * hundredth of the largest of all, because a gradient that is zero in exact arithmetic is rounding alone.
   */
  readonly gradients: Readonly<Record<string, number>>;
  /** The largest of all these. */
  readonly worst: number;
}

/**
 * Compares loss and every gradient of a training step, dropout included, on two engines.
 *
 * @param tolerance largest relative difference allowed; 1e-5 for float32.
 * @param programCase what is run; the tiny classifier when left out.
 * @throws AssertionError naming the parameter that differs most.
 */
export async function agreement(
  a: Engine,
  b: Engine,
  tolerance: number,
  programCase: ProgramCase = tinyClassifier(),
): Promise<Agreement> {
  const [first, second] = [await gradientsOn(a, programCase), await gradientsOn(b, programCase)];
  const largest = Object.values(second.gradients).reduce(
    (most, { data }) => data.reduce((top, value) => Math.max(top, Math.abs(value)), most),
    0,
  );
  const gradients = Object.fromEntries(
    Object.entries(second.gradients).map(([name, { data }]) => [
      name,
      relativeDifference(first.gradients[name]?.data ?? [], data, largest / 100),
    ]),
  );
  const loss = relativeDifference([first.loss], [second.loss], Number.MIN_VALUE);
  const [name, worst] = Object.entries({ ...gradients, loss }).reduce((most, entry) =>
    entry[1] > most[1] ? entry : most,
  );
  ok(
    worst <= tolerance,
    `${a.name} and ${b.name} differ by ${worst} of ${name}'s size, more than ${tolerance}.`,
  );
  return { loss, gradients, worst };
}

async function gradientsOn(
  engine: Engine,
  { program, weights, inputs }: ProgramCase,
): Promise<GradientResult> {
  const training = await engine.training(program, weights, momentum);
  try {
    return await training.gradients(inputs, { seed: 9, step: 4 });
  } finally {
    await training.dispose();
  }
}
