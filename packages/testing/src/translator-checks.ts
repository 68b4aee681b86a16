import { deepStrictEqual, notDeepStrictEqual, ok } from 'node:assert';
import type { Translator } from '@distiller/core';
import { assertRefusal } from './assert-refusal.js';
import type { Check } from './check.js';
import { LONE_SURROGATE, LONG, ODD, SENTENCES } from './odd-texts.js';

export interface TranslatorSubject {
  /** A new translator; the check disposes of it. */
  translator(): Translator | Promise<Translator>;
  /** A pair of languages that it knows. */
  readonly from: string;
  readonly to: string;
  /** Texts that it changes, at least two; sentences of English by default. */
  readonly texts?: readonly string[];
}

/** Promises of `Translator.translate`. */
export const translatorChecks: readonly Check<TranslatorSubject>[] = [
  {
    name: 'gives a text for each, and none for none',
    run: withTranslator(async (translate, texts) => {
      deepStrictEqual(await translate([]), [], 'no texts: expected none back');
      const out = await translate(texts);
      ok(out.length === texts.length, `${texts.length} texts: got ${out.length} back`);
      ok(
        out.every((text) => typeof text === 'string'),
        `expected texts, got ${JSON.stringify(out)}`,
      );
    }),
  },
  {
    name: 'changes some texts',
    run: withTranslator(async (translate, texts) =>
      notDeepStrictEqual(await translate(texts), texts, 'nothing was translated'),
    ),
  },
  {
    name: 'has one translation for a text, again and in a new translator',
    async run(subject) {
      const first = await using(subject, async (translate, texts) => {
        const out = await translate(texts);
        deepStrictEqual(await translate(texts), out, 'other texts the second time');
        return out;
      });
      const second = await using(subject, (translate, texts) => translate(texts));
      deepStrictEqual(second, first, 'other texts from a new translator');
    },
  },
  {
    name: 'treats a text alike whatever stands beside it and wherever it stands',
    run: withTranslator(async (translate, texts) => {
      const whole = await translate(texts);
      for (const [i, text] of texts.entries()) {
        const [alone] = await translate([text]);
        deepStrictEqual(alone, whole[i], `"${text}" comes out otherwise without its neighbours`);
      }
      const reversed = await translate(texts.toReversed());
      deepStrictEqual(reversed.toReversed(), whole, 'other texts in another order');
      const among = await translate([...texts, ...ODD, ...texts]);
      deepStrictEqual(among.slice(0, texts.length), whole, 'other texts in a larger batch');
      deepStrictEqual(among.slice(-texts.length), whole, 'other texts at the end of a batch');
    }),
  },
  {
    name: 'leaves its arguments as they are',
    run: withTranslator(async (translate, texts) => {
      const given = [...texts];
      const out = await translate(given);
      deepStrictEqual(given, texts, 'the texts that were handed over have changed');
      ok((out as unknown) !== given, 'handed back the array that it was given');
      await translate(Object.freeze([...texts]));
    }),
  },
  {
    name: 'survives empty, odd and very long texts, and breaks no character',
    run: withTranslator(async (translate, texts) => {
      const out = await translate([...ODD, LONG]);
      deepStrictEqual(out[0], '', 'an empty text must stay empty');
      for (const text of out)
        ok(!LONE_SURROGATE.test(text), `half a character in ${JSON.stringify(text)}`);
      deepStrictEqual((await translate(texts)).length, texts.length);
    }),
  },
  {
    name: 'refuses languages that it does not know',
    async run({ translator, from, texts = SENTENCES }) {
      const unknown = await translator();
      try {
        const asked = unknown.translate(texts, from, 'no-such-language');
        await assertRefusal('an unknown language', asked, ['config', 'missing-package']);
      } finally {
        await unknown.dispose?.();
      }
    },
  },
  {
    name: 'stops with `cancelled` when the signal is given',
    run: withTranslator(async (translate, texts) => {
      const stopped = translate(texts, AbortSignal.abort());
      await assertRefusal('a signal that is given', stopped, ['cancelled']);
      await translate(texts); // and works on
    }),
  },
  {
    name: 'is disposed of as often as one likes, used or not',
    async run({ translator, from, to, texts = SENTENCES }) {
      const unused = await translator();
      await unused.dispose?.();
      const used = await translator();
      await used.translate(texts, from, to);
      await used.dispose?.();
      await used.dispose?.();
    },
  },
];

type Translate = (texts: readonly string[], signal?: AbortSignal) => Promise<readonly string[]>;

async function using<T>(
  { translator, from, to, texts = SENTENCES }: TranslatorSubject,
  body: (translate: Translate, texts: readonly string[]) => Promise<T>,
): Promise<T> {
  const made = await translator();
  try {
    return await body((given, signal) => made.translate(given, from, to, signal), texts);
  } finally {
    await made.dispose?.();
  }
}

function withTranslator(body: (translate: Translate, texts: readonly string[]) => Promise<void>) {
  return (subject: TranslatorSubject) => using(subject, body);
}
