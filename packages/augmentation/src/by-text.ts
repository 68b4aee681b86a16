import { DistillerError, type Augmenter, type Rng } from '@distiller/core';

/**
 * An augmenter that treats each text by itself.
 *
 * @param name of the augmenter, for messages.
 * @param prepare gets what is needed before the first text, e.g. a word list.
 */
export function byText<Resources>(
  name: string,
  prepare: () => Promise<Resources>,
  rewrite: (text: string, rng: Rng, resources: Resources) => string,
): Augmenter {
  return {
    async augment(texts, rngs, signal) {
      const resources = await prepare();
      return texts.map((text, i) => {
        stopIfAsked(name, signal);
        return rewrite(text, streamOf(name, rngs, i), resources);
      });
    },
  };
}

/** @throws DistillerError `cancelled` when the signal is aborted. */
export function stopIfAsked(name: string, signal: AbortSignal | undefined): void {
  if (signal?.aborted) {
    throw new DistillerError('cancelled', `augmenter ${name}: stopped while augmenting texts.`);
  }
}

/** The stream of text i. @throws DistillerError `bug` when there is none. */
export function streamOf(name: string, rngs: readonly Rng[], i: number): Rng {
  const rng = rngs[i];
  if (!rng) {
    throw new DistillerError(
      'bug',
      `augmenter ${name}: got ${rngs.length} streams of random numbers; text ${i} has none. Give one for each text.`,
    );
  }
  return rng;
}
