import { deepStrictEqual, ok } from 'node:assert';
import { DistillerError, type LayerFeature, type Matching } from '@distiller/core';
import type { Check } from './check.js';

const FEATURES: readonly LayerFeature[] = ['hidden', 'attentions', 'attentionScores'];
/** [student layers, teacher layers]; divisible and not, equal, twice as deep and far apart. */
const DEPTHS = [
  [2, 2],
  [2, 3],
  [3, 12],
  [4, 12],
  [5, 7],
  [6, 12],
  [8, 12],
  [12, 12],
  [4, 24],
  [11, 24],
] as const;

/** Promises of `Matching.pairs`. */
export const matchingChecks: readonly Check<Matching>[] = [
  {
    name: 'pairs layers that exist, each pair once',
    run: forEveryDepth((pairs, where, end) => {
      ok(pairs.length > 0, `${where}: no pair`);
      const seen = new Set<string>();
      for (const { student, teacher } of pairs) {
        const pair = `pair ${student}–${teacher}`;
        ok(isLayer(student, end.student), `${where}: ${pair}: no such student layer`);
        ok(isLayer(teacher, end.teacher), `${where}: ${pair}: no such teacher layer`);
        ok(!seen.has(pair), `${where}: ${pair} comes twice`);
        seen.add(pair);
      }
    }),
  },
  {
    name: 'never gives a deeper student layer a shallower teacher layer',
    run: forEveryDepth((pairs, where) => {
      const sorted = [...pairs].sort((a, b) => a.student - b.student || a.teacher - b.teacher);
      sorted.slice(1).forEach(({ student, teacher }, i) => {
        const before = sorted[i] as (typeof sorted)[number];
        ok(
          teacher >= before.teacher,
          `${where}: student ${before.student} learns from ${before.teacher} but student ${student} from ${teacher}`,
        );
      });
    }),
  },
  {
    name: 'gives every pair a finite weight of at least 0',
    run: forEveryDepth((pairs, where) => {
      for (const { student, teacher, weight } of pairs) {
        ok(
          Number.isFinite(weight) && weight >= 0,
          `${where}: pair ${student}–${teacher} has weight ${weight}`,
        );
      }
    }),
  },
  {
    name: 'answers the same every time',
    run: (matching) =>
      forEveryDepth((pairs, where, _, [feature, n, m]) =>
        deepStrictEqual(
          matching.pairs(feature, n, m),
          pairs,
          `${where}: other pairs the second time`,
        ),
      )(matching),
  },
  {
    name: 'refuses a student deeper than its teacher, naming both depths',
    run(matching) {
      for (const feature of FEATURES) {
        const error = errorOf(() => matching.pairs(feature, 7, 5));
        ok(
          error instanceof DistillerError && error.code === 'config',
          `${feature}, 7 of 5 layers: expected a DistillerError with code "config", got ${String(error)}`,
        );
        ok(
          error.message.includes('7') && error.message.includes('5'),
          `${feature}: the message must name both depths, 7 and 5: ${error.message}`,
        );
      }
    },
  },
];

function forEveryDepth(
  check: (
    pairs: ReturnType<Matching['pairs']>,
    where: string,
    end: { readonly student: number; readonly teacher: number },
    depths: readonly [LayerFeature, number, number],
  ) => void,
): (matching: Matching) => void {
  return (matching) => {
    for (const feature of FEATURES) {
      for (const [n, m] of DEPTHS) {
        const embeddings = feature === 'hidden' ? 1 : 0;
        const end = { student: n + embeddings, teacher: m + embeddings };
        const where = `${feature}, ${n} of ${m} layers`;
        check(matching.pairs(feature, n, m), where, end, [feature, n, m]);
      }
    }
  };
}

function isLayer(layer: number, end: number): boolean {
  return Number.isInteger(layer) && layer >= 0 && layer < end;
}

function errorOf(body: () => unknown): unknown {
  try {
    body();
    return undefined;
  } catch (error) {
    return error;
  }
}
