import { defineComponent, type Matching } from '@distiller/core';
import { matchDepths, matchDepthsSettings, type MatchDepthsOptions } from './match-depths.js';

/**
 * The student learns from the bottom of the teacher: student layer j from teacher layer j, for hidden states (where 0
 * are the embeddings) and for attention features alike.
 *
 * @throws DistillerError `config` when the student is deeper than the teacher.
 */
export function first(options: MatchDepthsOptions = {}): Matching {
  return matchDepths('first', (_, j) => j, options);
}

export const firstComponent = defineComponent({
  kind: 'matching',
  name: 'first',
  summary: "Student layers learn from the teacher's first layers.",
  settings: matchDepthsSettings,
  needs: {},
  create: first,
});
