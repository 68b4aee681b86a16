import { DistillerError } from '@distiller/core';
import { z } from 'zod';

/** The steps in which the learning rate rises from 0 to its peak. */
export interface WarmupOptions {
  /** Share of all steps, 0 … 1, rounded up. */
  readonly warmup?: number | undefined;
  /** Number of steps, ≥ 0; overrides `warmup`. */
  readonly warmupSteps?: number | undefined;
}

/** The settings of `WarmupOptions`. */
export function warmupSettings(defaultWarmup: number) {
  return {
    warmup: z
      .number()
      .min(0)
      .max(1)
      .default(defaultWarmup)
      .describe('Share of all steps in which the learning rate rises from 0'),
    warmupSteps: z.int().min(0).optional().describe('The same as a number of steps; overrides it'),
  };
}

/**
 * The number of warm-up steps as a function of the number of all steps.
 *
 * @throws DistillerError `config` when an option is out of its range.
 */
export function warmupSteps(
  schedule: string,
  defaultWarmup: number,
  { warmup = defaultWarmup, warmupSteps }: WarmupOptions,
): (total: number) => number {
  if (!(warmup >= 0 && warmup <= 1)) {
    throw new DistillerError(
      'config',
      `${schedule}: warmup is ${warmup} but must be a share of all steps, 0 to 1. For a number of steps use warmupSteps.`,
    );
  }
  if (warmupSteps !== undefined && !(Number.isInteger(warmupSteps) && warmupSteps >= 0)) {
    throw new DistillerError(
      'config',
      `${schedule}: warmupSteps is ${warmupSteps} but must be a whole number of at least 0.`,
    );
  }
  return (total) => warmupSteps ?? Math.ceil(warmup * total);
}

/** Share of the warm-up that is done: 0 at its first step, 1 from its end on. */
export function warmedUp(step: number, steps: number): number {
  return step < steps ? step / steps : 1;
}

/** Share of the steps after the warm-up that is done, 0 … 1. */
export function progress(step: number, total: number, warmup: number): number {
  return Math.min(1, Math.max(0, step - warmup) / Math.max(1, total - warmup));
}
