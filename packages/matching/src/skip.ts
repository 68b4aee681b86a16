import { defineComponent, type Matching } from '@distiller/core';
import { matchDepths, matchDepthsSettings, type MatchDepthsOptions } from './match-depths.js';

/**
 * Spreads the student's n layers evenly over the teacher's m: student layer j learns from teacher layer
 *
 *     ⌊j·m/n⌋ for hidden states (0 = embeddings),   ⌊(j + 1)·m/n⌋ − 1 for attention features.
 *
 * @throws DistillerError `config` when the student is deeper than the teacher.
 * @see Sun et al., "Patient Knowledge Distillation for BERT Model Compression", 2019, §3.2,
 *   arXiv:1908.09355 (PKD-Skip)
 */
export function skip(options: MatchDepthsOptions = {}): Matching {
  return matchDepths(
    'skip',
    (feature, j, n, m) =>
      feature === 'hidden' ? Math.floor((j * m) / n) : Math.floor(((j + 1) * m) / n) - 1,
    options,
  );
}

export const skipComponent = defineComponent({
  kind: 'matching',
  name: 'skip',
  summary: 'Student layers learn from evenly spread teacher layers.',
  source: 'Sun et al. 2019, §3.2, arXiv:1908.09355',
  settings: matchDepthsSettings,
  needs: {},
  create: skip,
});
