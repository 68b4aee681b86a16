import { deepStrictEqual, notDeepStrictEqual, ok } from 'node:assert';
import { createRng, type Augmenter } from '@distiller/core';
import { assertRefusal } from './assert-refusal.js';
import type { Check } from './check.js';
import { LONE_SURROGATE, LONG, ODD, SENTENCES } from './odd-texts.js';

export interface AugmenterSubject {
  /** A new augmenter; the check disposes of it. */
  augmenter(): Augmenter | Promise<Augmenter>;
  /** Texts that it can change, at least four; sentences of English by default. */
  readonly texts?: readonly string[];
  /** False for an augmenter that has one answer for a text, such as a translator. Default true. */
  readonly isRandom?: boolean;
}

/** Promises of `Augmenter.augment`. */
export const augmenterChecks: readonly Check<AugmenterSubject>[] = [
  {
    name: 'gives a text for each, and none for none',
    run: withAugmenter(async (augmenter, texts) => {
      deepStrictEqual(await augment(augmenter, []), [], 'no texts: expected none back');
      const out = await augment(augmenter, texts);
      ok(out.length === texts.length, `${texts.length} texts: got ${out.length} back`);
      ok(
        out.every((text) => typeof text === 'string'),
        `expected texts, got ${JSON.stringify(out)}`,
      );
    }),
  },
  {
    name: 'changes some texts',
    run: withAugmenter(async (augmenter, texts) =>
      notDeepStrictEqual(await augment(augmenter, texts), texts, 'nothing was changed'),
    ),
  },
  {
    name: 'gives the same texts for the same streams, again and in a new augmenter',
    async run(subject) {
      const first = await using(subject, async (augmenter, texts) => {
        const out = await augment(augmenter, texts);
        deepStrictEqual(await augment(augmenter, texts), out, 'other texts the second time');
        return out;
      });
      const second = await using(subject, augment);
      deepStrictEqual(second, first, 'other texts from a new augmenter');
    },
  },
  {
    name: 'gives other texts for other streams',
    run: async (subject) => {
      if (subject.isRandom === false) return;
      await using(subject, async (augmenter, texts) => {
        const seeds = [1, 2, 3, 4, 5];
        const outs = new Set<string>();
        for (const seed of seeds) outs.add(String(await augment(augmenter, texts, seed)));
        ok(outs.size > 1, `${seeds.length} seeds gave the same texts`);
      });
    },
  },
  {
    name: 'treats a text alike whatever stands beside it and wherever it stands',
    run: withAugmenter(async (augmenter, texts) => {
      const whole = await augment(augmenter, texts);
      const rngs = streams(texts.length);
      for (const [i, text] of texts.entries()) {
        const [alone] = await augmenter.augment([text], streams(texts.length).slice(i, i + 1));
        deepStrictEqual(alone, whole[i], `"${text}" comes out otherwise without its neighbours`);
      }
      const reversed = await augmenter.augment([...texts].reverse(), rngs.reverse());
      deepStrictEqual([...reversed].reverse(), whole, 'other texts in another order');
      const crowd = [...texts, ...ODD, ...texts];
      const among = await augmenter.augment(crowd, [
        ...streams(texts.length),
        ...streams(ODD.length, 99),
        ...streams(texts.length),
      ]);
      deepStrictEqual(among.slice(0, texts.length), whole, 'other texts in a larger batch');
      deepStrictEqual(among.slice(-texts.length), whole, 'other texts at the end of a batch');
    }),
  },
  {
    name: 'leaves its arguments as they are',
    run: withAugmenter(async (augmenter, texts) => {
      const given = [...texts];
      const rngs = streams(texts.length);
      const before = [...rngs];
      const out = await augmenter.augment(given, rngs);
      deepStrictEqual(given, texts, 'the texts that were handed over have changed');
      ok(
        rngs.every((rng, i) => rng === before[i]),
        'the list of streams has changed',
      );
      ok((out as unknown) !== given, 'handed back the array that it was given');
      await augmenter.augment(Object.freeze([...texts]), Object.freeze(streams(texts.length)));
    }),
  },
  {
    name: 'survives empty, odd and very long texts, and breaks no character',
    run: withAugmenter(async (augmenter, texts) => {
      const odd = [...ODD, LONG];
      const out = await augment(augmenter, odd);
      deepStrictEqual(out[0], '', 'an empty text must stay empty');
      for (const [i, text] of out.entries()) {
        ok(!LONE_SURROGATE.test(text), `half a character in ${JSON.stringify(text)}`);
        ok(text !== '' || i === 0, `nothing is left of ${JSON.stringify(odd[i])}`);
      }
      ok((out.at(-1)?.length ?? 0) > LONG.length / 2, 'a very long text was cut');
      deepStrictEqual((await augment(augmenter, texts)).length, texts.length);
    }),
  },
  {
    name: 'stops with `cancelled` when the signal is given',
    run: withAugmenter(async (augmenter, texts) => {
      const stopped = augmenter.augment(texts, streams(texts.length), AbortSignal.abort());
      await assertRefusal('a signal that is given', stopped, ['cancelled']);
      await augment(augmenter, texts); // and works on
    }),
  },
  {
    name: 'is disposed of as often as one likes, used or not',
    async run(subject) {
      const unused = await subject.augmenter();
      await unused.dispose?.();
      const used = await subject.augmenter();
      await augment(used, subject.texts ?? SENTENCES);
      await used.dispose?.();
      await used.dispose?.();
    },
  },
];

function streams(count: number, seed = 7) {
  const root = createRng(seed);
  return Array.from({ length: count }, (_, i) => root.derive('text', i));
}

/** Each text with its own stream, which its place in the list decides. */
function augment(augmenter: Augmenter, texts: readonly string[], seed?: number) {
  return augmenter.augment(texts, streams(texts.length, seed));
}

async function using<T>(
  subject: AugmenterSubject,
  body: (augmenter: Augmenter, texts: readonly string[]) => Promise<T>,
): Promise<T> {
  const augmenter = await subject.augmenter();
  try {
    return await body(augmenter, subject.texts ?? SENTENCES);
  } finally {
    await augmenter.dispose?.();
  }
}

function withAugmenter(body: (augmenter: Augmenter, texts: readonly string[]) => Promise<void>) {
  return (subject: AugmenterSubject) => using(subject, body);
}
