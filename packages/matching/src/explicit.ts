import { defineComponent, DistillerError, type LayerPair, type Matching } from '@distiller/core';
import { z } from 'zod';
import { checkDepths } from './match-depths.js';

const layer = z.int().min(0);
const settings = z.strictObject({
  pairs: z
    .array(
      z.union([
        z
          .tuple([layer, layer])
          .transform(([student, teacher]) => ({ student, teacher, weight: 1 })),
        z.strictObject({
          student: layer,
          teacher: layer,
          weight: z.number().min(0).default(1),
        }),
      ]),
    )
    .min(1)
    .superRefine((pairs, context) => {
      const key = ({ student, teacher }: LayerPair) => `${student}–${teacher}`;
      const twice = pairs.find(
        (pair, i) => pairs.findIndex((other) => key(other) === key(pair)) < i,
      );
      if (twice)
        context.addIssue({ code: 'custom', message: `the pair ${key(twice)} is given twice` });
    })
    .describe(
      'Pairs [student layer, teacher layer]. Hidden layers count from 0, the embeddings; attention features from 0, the first block.',
    ),
});

export type ExplicitOptions = z.input<typeof settings>;

/**
 * The pairs that are given, in their order.
 *
 * @throws DistillerError `config` when a layer does not exist or the student is deeper than the teacher.
 */
export function explicit(options: ExplicitOptions): Matching {
  const { pairs } = settings.parse(options);
  return {
    pairs(feature, n, m) {
      checkDepths('explicit', n, m);
      const extra = feature === 'hidden' ? 1 : 0;
      for (const [side, depth] of [
        ['student', n],
        ['teacher', m],
      ] as const) {
        const absent = pairs.find((pair) => pair[side] >= depth + extra);
        if (!absent) continue;
        throw new DistillerError(
          'config',
          `matching explicit: the pair ${absent.student}–${absent.teacher} names ${side} layer ${absent[side]}, but the ${side}'s ${feature} are 0 to ${depth + extra - 1}.`,
        );
      }
      return pairs;
    },
  };
}

export const explicitComponent = defineComponent({
  kind: 'matching',
  name: 'explicit',
  summary: 'The pairs of layers that are listed.',
  settings,
  needs: {},
  create: explicit,
});
