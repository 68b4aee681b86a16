import { createRng, type StepPoint } from '@distiller/core';

/**
 * The values that `context.uniform(site, …)` gives in a step: uniform in [0, 1), multiples of 2⁻¹⁶. Every
 * engine draws through this function, so all see the same numbers, also after a resume.
 *
 * @param microBatch index of the micro-batch within the step, from 0.
 * @param size number of values.
 */
export function drawUniform(
  at: StepPoint,
  microBatch: number,
  site: string,
  size: number,
): Float32Array {
  return createRng(at.seed).derive('step', at.step, 'micro', microBatch, site).uniforms(size);
}
