import { describe, expect, it } from '@jest/globals';
import {
  createRng,
  defineComponent,
  definePlugin,
  DistillerError,
  Registry,
  type Translator,
} from '@distiller/core';
import { augmenterChecks } from '@distiller/testing';
import { z } from 'zod';
import { backTranslation } from './back-translation.js';
import { augmentationPlugin } from './plugin.js';

/** Turns the words of a text round on the way there, and says "big" for "large" on the way back. */
function toy() {
  const calls: string[] = [];
  const translator: Translator = {
    async translate(texts, from, to, signal) {
      if (signal?.aborted) throw new DistillerError('cancelled', 'Stopped.');
      calls.push(`${from}-${to}: ${texts.join('|')}`);
      return texts.map((text) => {
        const turned = text.split(' ').reverse().join(' ');
        return to === 'en' ? turned.replaceAll(/\blarge\b/g, 'big') : turned;
      });
    },
  };
  return { translator, calls };
}

describe('backTranslation', () => {
  it.each(augmenterChecks.map((check) => [check.name, check] as const))('%s', (_, check) =>
    check.run({
      augmenter: () => backTranslation(toy().translator, { from: 'en' }),
      isRandom: false,
    }),
  );

  const augment = (augmenter: ReturnType<typeof backTranslation>, texts: readonly string[]) =>
    augmenter.augment(
      texts,
      texts.map((__, i) => createRng(i)),
    );

  it('goes there and back, and each text only once', async () => {
    const { translator, calls } = toy();
    const augmenter = backTranslation(translator, { from: 'en', pivot: 'fr' });
    const out = await augment(augmenter, ['a large dog', ' ', 'a cat', 'a large dog']);
    expect(out).toEqual(['a big dog', ' ', 'a cat', 'a big dog']);
    expect(calls).toEqual(['en-fr: a large dog|a cat', 'fr-en: dog large a|cat a']);
    expect(await augment(augmenter, ['a cat', 'a mouse'])).toEqual(['a cat', 'a mouse']);
    expect(calls[2]).toBe('en-fr: a mouse');
  });

  it('keeps a text of which nothing comes back', async () => {
    const mute: Translator = { translate: async (texts) => texts.map(() => '') };
    expect(await augment(backTranslation(mute), ['a dog'])).toEqual(['a dog']);
  });

  it('makes the translator that a recipe names', async () => {
    const component = defineComponent({
      kind: 'translator',
      name: 'toy',
      summary: 'Turns words round.',
      settings: z.strictObject({}),
      needs: {},
      create: () => toy().translator,
    });
    const registry = new Registry()
      .use(augmentationPlugin)
      .use(definePlugin({ name: 'toys', components: [component] }));
    const made = await registry.create('augmenter', {
      use: 'back-translation',
      translator: { use: 'toy' },
      from: 'en',
    });
    expect(await augment(made, ['a large dog'])).toEqual(['a big dog']);
    await expect(
      registry.create('augmenter', { use: 'back-translation', translator: { use: 'top' } }),
    ).rejects.toThrow('No translator is called "top"');
  });
});
