import type { Outputs } from '../graph/graph.js';
import { rewrite, type Rule } from '../graph/rewrite.js';
import { biasIntoMatmul } from './bias-into-matmul.js';
import { chooseParts } from './choose-parts.js';
import { columnSums } from './column-sums.js';
import { foldConstants } from './fold-constants.js';
import { mergeViews } from './merge-views.js';
import { scalarsIntoMatmul } from './scalars-into-matmul.js';
import { shareGelu } from './share-gelu.js';
import { simplifyAlgebra } from './simplify-algebra.js';
import { softmaxGradient } from './softmax-gradient.js';
import { splitRowGradients } from './split-row-gradients.js';
import { tileBatch } from './tile-batch.js';
import { transposesIntoMatmul } from './transposes-into-matmul.js';

const CLEAN_UP: readonly Rule[] = [foldConstants, simplifyAlgebra, mergeViews];

const FUSE: readonly Rule[] = [transposesIntoMatmul, scalarsIntoMatmul, biasIntoMatmul];

/** All passes that pay everywhere, in the order in which each finds what the one before it made possible. */
export function optimize(outputs: Outputs): Outputs {
  const clean = apply(splitRowGradients(outputs), [...CLEAN_UP, ...CLEAN_UP]);
  // Matrix products must have their final operands before the gradient of attention can be recognised.
  const fused = apply(shareGelu(clean), [transposesIntoMatmul, ...CLEAN_UP, softmaxGradient]);
  // Twice, because a pass clears the way for those before it as well.
  return apply(fused, [...CLEAN_UP, ...FUSE, ...CLEAN_UP, ...FUSE]);
}

/** Passes for processors, which live on their caches; after `optimize`. */
export function optimizeForCpu(outputs: Outputs): Outputs {
  const tiling = chooseParts(outputs);
  const tiled = tiling ? tileBatch(outputs, tiling.batch, tiling.parts) : outputs;
  return apply(tiled, [columnSums]);
}

function apply(outputs: Outputs, rules: readonly Rule[]): Outputs {
  return rules.reduce(rewrite, outputs);
}
