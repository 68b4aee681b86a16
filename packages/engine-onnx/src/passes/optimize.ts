import type { Outputs } from '../graph/graph.js';
import { splitRowGradients } from './split-row-gradients.js';

/** All passes, in the order in which each finds what the one before it made possible. */
export function optimize(outputs: Outputs): Outputs {
  return splitRowGradients(outputs);
}
