import type { GraphBuilder } from '../graph/builder.js';
import type { Value } from '../graph/graph.js';
import { ALGEBRA_KERNELS } from './algebra-kernels.js';
import { ELEMENTWISE_KERNELS } from './elementwise-kernels.js';
import { MOVEMENT_KERNELS } from './movement-kernels.js';
import { REDUCTION_KERNELS } from './reduction-kernels.js';

export type Operands = Readonly<Record<string, Value>>;

/** Records what a tfjs kernel does. Attributes come as tfjs passes them: the table entry knows their types. */
export type Kernel = (
  build: GraphBuilder,
  operands: Operands,
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- tfjs' attributes have no types at run time
  attributes: any,
) => Value | readonly Value[];

/** Every tfjs kernel that can be compiled, by tfjs' name for it. */
export const KERNELS: Readonly<Record<string, Kernel>> = {
  ...ELEMENTWISE_KERNELS,
  ...MOVEMENT_KERNELS,
  ...REDUCTION_KERNELS,
  ...ALGEBRA_KERNELS,
};
