import { deepStrictEqual, ok } from 'node:assert';
import { DistillerError, LAYER_FEATURES, type LayerFeature, type Matching } from '@distiller/core';
import type { Check } from './check.js';

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

/** A matching and the depths that it is made for. */
export interface MatchingSubject {
  readonly matching: Matching;
  /** Depths of student and teacher that it must take; those of published models when left out. */
  readonly depths?: readonly (readonly [number, number])[];
  /** True for pairs that somebody listed, who may want a deeper student layer to learn from a shallower teacher layer. */
  readonly mayCross?: boolean;
}

/** Promises of `Matching.pairs`, and of `weighting` where there is one. */
export const matchingChecks: readonly Check<MatchingSubject>[] = [
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
    name: 'never gives a deeper student layer shallower teacher layers only',
    run: forEveryDepth((pairs, where, _, __, { mayCross }) => {
      if (mayCross) return;
      const deepest = new Map<number, number>();
      for (const { student, teacher } of pairs)
        deepest.set(student, Math.max(teacher, deepest.get(student) ?? 0));
      const sorted = [...deepest].sort(([a], [b]) => a - b);
      sorted.slice(1).forEach(([student, teacher], i) => {
        const [before, top] = sorted[i] as [number, number];
        ok(
          teacher >= top,
          `${where}: student ${before} learns from ${top} but student ${student} from ${teacher} at the deepest`,
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
    run: (subject) =>
      forEveryDepth((pairs, where, _, [feature, n, m]) =>
        deepStrictEqual(
          subject.matching.pairs(feature, n, m),
          pairs,
          `${where}: other pairs the second time`,
        ),
      )(subject),
  },
  {
    name: 'refuses a student deeper than its teacher, naming both depths',
    run({ matching }) {
      for (const feature of LAYER_FEATURES) {
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
  {
    name: 'weighs pairs by finite weights of at least 0, one each, that depend on losses and state alone',
    run: forEveryDepth((pairs, where, _, [feature], { matching }) => {
      const weighting = matching.weighting?.(pairs, feature);
      if (!weighting) return;
      for (const losses of lossesOf(pairs.length)) {
        const weights = weighting.weigh(losses.slice());
        ok(
          weights.length === pairs.length && weights.every((w) => Number.isFinite(w) && w >= 0),
          `${where}: the weights of ${pairs.length} pairs are ${weights.join(', ')}`,
        );
        deepStrictEqual(weighting.weigh(losses.slice()), weights, `${where}: other weights again`);
      }
    }),
  },
  {
    name: 'continues from a snapshot of its weighting with the same weights',
    run: forEveryDepth((pairs, where, _, [feature], { matching }) => {
      const weighting = matching.weighting?.(pairs, feature);
      const resumed = matching.weighting?.(pairs, feature);
      if (!weighting || !resumed) return;
      const [first, second, third] = lossesOf(pairs.length) as [
        Float32Array,
        Float32Array,
        Float32Array,
      ];
      weighting.update(first);
      resumed.restore(weighting.snapshot());
      for (const one of [weighting, resumed]) one.update(second);
      deepStrictEqual(resumed.snapshot(), weighting.snapshot(), `${where}: another state`);
      deepStrictEqual(resumed.weigh(third), weighting.weigh(third), `${where}: other weights`);
    }),
  },
];

/** Losses of pairs: different, equal to each other, and negative ones among them. */
function lossesOf(count: number): Float32Array[] {
  const draw = (k: number) => Math.abs(Math.sin(1 + 7 * k));
  return [
    Float32Array.from({ length: count }, (_, k) => draw(k)),
    new Float32Array(count),
    Float32Array.from({ length: count }, (_, k) => draw(3 * k) - 0.5),
  ];
}

function forEveryDepth(
  check: (
    pairs: ReturnType<Matching['pairs']>,
    where: string,
    end: { readonly student: number; readonly teacher: number },
    depths: readonly [LayerFeature, number, number],
    subject: MatchingSubject,
  ) => void,
): (subject: MatchingSubject) => void {
  return (subject) => {
    for (const feature of LAYER_FEATURES) {
      for (const [n, m] of subject.depths ?? DEPTHS) {
        const embeddings = feature === 'hidden' ? 1 : 0;
        const end = { student: n + embeddings, teacher: m + embeddings };
        const where = `${feature}, ${n} of ${m} layers`;
        check(subject.matching.pairs(feature, n, m), where, end, [feature, n, m], subject);
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
