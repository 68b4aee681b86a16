import { DistillerError, type LayerFeature, type LayerPair, type Matching } from '@distiller/core';
import { z } from 'zod';

/** Settings of the matchings that give every student layer one teacher layer. */
export const matchDepthsSettings = z.strictObject({
  embeddings: z
    .boolean()
    .default(true)
    .describe(
      "Match the student's embeddings (hidden layer 0) too. No effect on attention features.",
    ),
  lastLayer: z
    .boolean()
    .default(true)
    .describe("Match the student's last layer too. PKD leaves it to the logits: set false."),
});

export type MatchDepthsOptions = z.input<typeof matchDepthsSettings>;

/** Teacher layer of student layer j; n student layers, m teacher layers, 1 ≤ n ≤ m. */
export type TeacherLayer = (feature: LayerFeature, j: number, n: number, m: number) => number;

/**
 * A matching that gives every student layer one teacher layer, each pair with weight 1. Student layers
 * are 0 … n for `hidden` and 0 … n − 1 for attention features, less those that the options leave out.
 */
export function matchDepths(
  name: string,
  teacherLayer: TeacherLayer,
  { embeddings = true, lastLayer = true }: MatchDepthsOptions,
): Matching {
  return {
    pairs(feature, n, m): LayerPair[] {
      checkDepths(name, n, m);
      const first = feature === 'hidden' && !embeddings ? 1 : 0;
      const end = (feature === 'hidden' ? n + 1 : n) - (lastLayer ? 0 : 1);
      if (first >= end) {
        throw new DistillerError(
          'config',
          `matching ${name}: embeddings: ${embeddings} and lastLayer: ${lastLayer} leave no ${feature} pair for a student of ${n} layers. Set one of them to true.`,
        );
      }
      return Array.from({ length: end - first }, (_, index) => {
        const student = first + index;
        return { student, teacher: teacherLayer(feature, student, n, m), weight: 1 };
      });
    },
  };
}

/** @throws DistillerError `config` when a depth is no whole number or the student is deeper than the teacher. */
export function checkDepths(name: string, n: number, m: number): void {
  if (!Number.isInteger(n) || n < 1 || !Number.isInteger(m)) {
    throw new DistillerError(
      'config',
      `matching ${name}: the student has ${n} layers and the teacher ${m}; both need whole numbers, 1 or more.`,
    );
  }
  if (n > m) {
    throw new DistillerError(
      'config',
      `matching ${name}: the student has ${n} layers but the teacher only ${m}. Choose a student of at most ${m} layers, or leave intermediate objectives out.`,
    );
  }
}
