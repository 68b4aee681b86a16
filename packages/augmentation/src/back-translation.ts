import {
  componentChoice,
  COMPONENTS,
  defineComponent,
  validateRecipe,
  type Augmenter,
  type Translator,
} from '@distiller/core';
import { z } from 'zod';
import { stopIfAsked } from './by-text.js';

const languages = {
  from: z
    .string()
    .min(1)
    .default('eng')
    .describe('Language of the texts, as the translator calls it.'),
  pivot: z.string().min(1).default('spa').describe('Language to go through.'),
};

const settings = z.strictObject({
  translator: componentChoice('translator').describe(
    'A translator by name, with its settings beside it.',
  ),
  ...languages,
});

const options = z.strictObject(languages);

export type BackTranslationOptions = z.input<typeof options>;

/** Texts whose translation is remembered. */
const MOST_REMEMBERED = 200_000;

/**
 * Translates each text to another language and back. A text has one answer, whatever its stream: further copies of it are the
 * same, and are remembered rather than translated again.
 *
 * @param translator is disposed of with the augmenter.
 * @throws DistillerError `config` listing every problem of the options.
 * @see Sennrich et al., "Improving Neural Machine Translation Models with Monolingual Data", 2016, §3, arXiv:1511.06709
 */
export function backTranslation(
  translator: Translator,
  given: BackTranslationOptions = {},
): Augmenter {
  const { from, pivot } = validateRecipe(options, given, 'augmenter back-translation');
  const remembered = new Map<string, string>();
  return {
    async augment(texts, _, signal) {
      stopIfAsked('back-translation', signal);
      const isNew = (text: string) => text.trim() !== '' && !remembered.has(text);
      const fresh = [...new Set(texts)].filter(isNew);
      const there = await translator.translate(fresh, from, pivot, signal);
      const back = await translator.translate(there, pivot, from, signal);
      const answers = new Map(fresh.map((text, i) => [text, back[i]?.trim() ? back[i] : text]));
      const out = texts.map((text) => answers.get(text) ?? remembered.get(text) ?? text);
      if (remembered.size + answers.size > MOST_REMEMBERED) remembered.clear();
      for (const [text, answer] of answers) remembered.set(text, answer as string);
      return out;
    },
    async dispose() {
      remembered.clear();
      await translator.dispose?.();
    },
  };
}

export const backTranslationComponent = defineComponent({
  kind: 'augmenter',
  name: 'back-translation',
  summary: 'Translates to another language and back.',
  source: 'Sennrich et al. 2016, arXiv:1511.06709',
  settings,
  needs: { components: COMPONENTS },
  async create({ translator, ...rest }, { components }) {
    return backTranslation(await components.create('translator', translator), rest);
  },
});
