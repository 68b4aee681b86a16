import type { Task } from '@distiller/core';
import { refuseMultiLabel } from './refuse-multi-label.js';
import { refuseRegression } from './refuse-regression.js';

/**
 * For objectives on the softmax of the logits. They suit texts and tokens with classes, and spans: there the classes
 * are positions, and padding of −10⁴ has the share exp(−10⁴/τ) = 0 in both distributions, so that it does not matter
 * how much there is.
 */
export function refuseNonSoftmax(task: Pick<Task, 'kind' | 'outputs'>): string | undefined {
  return refuseRegression(task) ?? refuseMultiLabel(task);
}
