// A plugin with one augmenter that works as long on a text as the benchmark says.
import { z } from 'zod';

const busy = {
  kind: 'augmenter',
  name: 'busy',
  summary: 'Shuffles the words of a text after drawing some numbers.',
  settings: z.strictObject({ draws: z.int().min(0).describe('Numbers drawn for each text.') }),
  needs: {},
  create: ({ draws }) => ({
    augment: async (texts, rngs) =>
      texts.map((text, index) => {
        rngs[index].uniforms(draws);
        const words = text.split(' ');
        return Array.from(rngs[index].permutation(words.length), (place) => words[place]).join(' ');
      }),
  }),
};

export default { name: 'busy-augmenter', apiVersion: '1', components: [busy] };
