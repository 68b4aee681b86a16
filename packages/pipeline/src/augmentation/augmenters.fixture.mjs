// A plugin of tiny augmenters, plain JavaScript so that worker threads can load it.
import { setTimeout as pause } from 'node:timers/promises';
import { threadId } from 'node:worker_threads';
import { z } from 'zod';

/** Applies `rewrite` to each text with its stream. */
const each = (rewrite) => ({
  augment: async (texts, rngs) => texts.map((text, index) => rewrite(text, rngs[index])),
});

const component = (name, settings, create) => ({
  kind: 'augmenter',
  name,
  summary: `The augmenter ${name} of the tests.`,
  settings: z.strictObject(settings),
  needs: {},
  create,
});

export default {
  name: 'fixture-augmenters',
  apiVersion: '1',
  components: [
    component('tag', { mark: z.string().default('t') }, ({ mark }) =>
      each((text, rng) => `${text} ${mark}${rng.integer(1000)}`),
    ),
    component('swap', {}, () =>
      each((text, rng) => {
        const words = text.split(' ');
        return Array.from(rng.permutation(words.length), (place) => words[place]).join(' ');
      }),
    ),
    component('double', { p: z.number().default(0.3) }, ({ p }) =>
      each((text, rng) =>
        text
          .split(' ')
          .flatMap((word) => (rng.uniform() < p ? [word, word] : [word]))
          .join(' '),
      ),
    ),
    component('thread', {}, () => each((text) => `${text} thread${threadId}`)),
    component('fail', { on: z.string() }, ({ on }) =>
      each((text) => {
        if (text.includes(on)) throw new Error(`no ${on}, please.`);
        return text;
      }),
    ),
    component('slow', { ms: z.number() }, ({ ms }) => ({
      async augment(texts, _, signal) {
        await pause(ms, undefined, { signal });
        return texts;
      },
    })),
  ],
};
