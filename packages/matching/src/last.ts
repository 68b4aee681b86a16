import { defineComponent, type Matching } from '@distiller/core';
import { matchDepths, matchDepthsSettings, type MatchDepthsOptions } from './match-depths.js';

/**
 * The student learns from the top of the teacher: student layer j of n learns from teacher layer m − n + j,
 * for hidden states (where student layer 0 are the embeddings) and for attention features alike.
 *
 * @throws DistillerError `config` when the student is deeper than the teacher.
 * @see Sun et al., "Patient Knowledge Distillation for BERT Model Compression", 2019, §3.2,
 *   arXiv:1908.09355 (PKD-Last)
 */
export function last(options: MatchDepthsOptions = {}): Matching {
  return matchDepths('last', (_, j, n, m) => m - n + j, options);
}

export const lastComponent = defineComponent({
  kind: 'matching',
  name: 'last',
  summary: "Student layers learn from the teacher's last layers.",
  source: 'Sun et al. 2019, §3.2, arXiv:1908.09355',
  settings: matchDepthsSettings,
  needs: {},
  create: last,
});
