import type { Outputs } from '../graph/graph.js';
import { rewrite, type Rule } from '../graph/rewrite.js';
import { biasIntoMatmul } from './bias-into-matmul.js';
import { foldConstants } from './fold-constants.js';
import { mergeViews } from './merge-views.js';
import { scalarsIntoMatmul } from './scalars-into-matmul.js';
import { simplifyAlgebra } from './simplify-algebra.js';
import { shareGelu } from './share-gelu.js';
import { softmaxGradient } from './softmax-gradient.js';
import { splitRowGradients } from './split-row-gradients.js';
import { transposesIntoMatmul } from './transposes-into-matmul.js';

const CLEAN_UP: readonly Rule[] = [foldConstants, simplifyAlgebra, mergeViews];

const FUSE: readonly Rule[] = [transposesIntoMatmul, scalarsIntoMatmul, biasIntoMatmul];

/** All passes, in the order in which each finds what the one before it made possible. */
export function optimize(outputs: Outputs): Outputs {
  const run = (graph: Outputs, rules: readonly Rule[]) => rules.reduce(rewrite, graph);
  const clean = run(splitRowGradients(outputs), [...CLEAN_UP, ...CLEAN_UP]);
  // Matrix products must have their final operands before the gradient of attention can be recognised.
  const fused = run(shareGelu(clean), [transposesIntoMatmul, ...CLEAN_UP, softmaxGradient]);
  // Twice, because a pass clears the way for those before it as well.
  return run(fused, [...CLEAN_UP, ...FUSE, ...CLEAN_UP, ...FUSE]);
}
