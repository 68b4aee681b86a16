import { describe, expect, it } from '@jest/globals';
import { DistillerError, type Augmenter, type Rng } from '@distiller/core';
import { augmenterChecks } from './augmenter-checks.js';
import { failingChecks } from './failing-checks.js';

/** A correct augmenter: doubles a word that the stream chooses. */
function double(text: string, rng: Rng): string {
  const words = text.split(' ');
  const chosen = rng.integer(words.length);
  return text === '' ? '' : words.flatMap((w, i) => (i === chosen ? [w, w] : [w])).join(' ');
}

const correct: Augmenter = {
  async augment(texts, rngs, signal) {
    if (signal?.aborted) throw new DistillerError('cancelled', 'Stopped.');
    return texts.map((text, i) => double(text, rngs[i] as Rng));
  },
};

const failures = (augment: Augmenter['augment'], dispose?: Augmenter['dispose']) =>
  failingChecks(augmenterChecks, {
    augmenter: () => ({
      async augment(texts, rngs, signal) {
        if (signal?.aborted) return correct.augment(texts, rngs, signal);
        return augment(texts, rngs, signal);
      },
      ...(dispose && { dispose }),
    }),
  });

const ORDER = 'treats a text alike whatever stands beside it and wherever it stands';
const SAME = 'gives the same texts for the same streams, again and in a new augmenter';
const ODD = 'survives empty, odd and very long texts, and breaks no character';

describe('augmenterChecks', () => {
  it('passes a correct augmenter, and one without randomness that says so', async () => {
    expect(await failingChecks(augmenterChecks, { augmenter: () => correct })).toEqual([]);
    const shout: Augmenter = {
      augment: async (texts, rngs, signal) => {
        await correct.augment(texts, rngs, signal);
        return texts.map((text) => text.toUpperCase());
      },
    };
    const subject = { augmenter: () => shout };
    expect(await failingChecks(augmenterChecks, { ...subject, isRandom: false })).toEqual([]);
    expect(await failingChecks(augmenterChecks, subject)).toEqual([
      'gives other texts for other streams',
    ]);
  });

  it('finds missing texts and texts that stay', async () => {
    expect(
      await failures(async (texts, rngs) => (await correct.augment(texts, rngs)).slice(1)),
    ).toContain('gives a text for each, and none for none');
    expect(await failures(async (texts) => [...texts])).toEqual([
      'changes some texts',
      'gives other texts for other streams',
    ]);
  });

  it('finds answers that change from call to call', async () => {
    let calls = 0;
    expect(
      await failures(async (texts, rngs) => {
        calls++;
        return (await correct.augment(texts, rngs)).map((text) => text && `${text} ${calls}`);
      }),
    ).toEqual([SAME, ORDER]);
  });

  it('finds one stream for all texts, and a text that borrows from its neighbour', async () => {
    expect(
      await failures(async (texts, rngs) => texts.map((text) => double(text, rngs[0] as Rng))),
    ).toContain(ORDER);
    expect(
      await failures(async (texts, rngs) =>
        texts.map((text, i) => double(text, rngs[i] as Rng) + (text && (texts[i - 1] ?? ''))),
      ),
    ).toEqual([ORDER]);
  });

  it('finds arguments that are written to', async () => {
    expect(
      await failures(async (texts, rngs) => {
        const out = await correct.augment(texts, rngs);
        (texts as string[])[0] = 'changed';
        return out;
      }),
    ).toContain('leaves its arguments as they are');
  });

  it('finds broken characters, lost texts and failures on odd ones', async () => {
    expect(
      await failures(async (texts, rngs) =>
        (await correct.augment(texts, rngs)).map((text) => text.replace(/(.)$/, '$1\ud83d')),
      ),
    ).toEqual([ODD]);
    expect(
      await failures(async (texts, rngs) =>
        (await correct.augment(texts, rngs)).map((text) => text.slice(0, 500)),
      ),
    ).toEqual([ODD]);
    expect(
      await failures(async (texts, rngs) => {
        if (texts.includes('...')) throw new Error('no word');
        return correct.augment(texts, rngs);
      }),
    ).toEqual([ORDER, ODD]);
  });

  it('finds a signal that is not heeded, and the wrong error', async () => {
    const name = 'stops with `cancelled` when the signal is given';
    const deaf: Augmenter = { augment: (texts, rngs) => correct.augment(texts, rngs) };
    expect(await failingChecks(augmenterChecks, { augmenter: () => deaf })).toEqual([name]);
    const rude: Augmenter = {
      augment: async (texts, rngs, signal) => {
        signal?.throwIfAborted();
        return correct.augment(texts, rngs);
      },
    };
    expect(await failingChecks(augmenterChecks, { augmenter: () => rude })).toEqual([name]);
  });

  it('finds a second disposal that fails', async () => {
    const subject = () => {
      let isOpen = true;
      return {
        ...correct,
        async dispose() {
          if (!isOpen) throw new Error('already gone');
          isOpen = false;
        },
      };
    };
    expect(await failingChecks(augmenterChecks, { augmenter: subject })).toEqual([
      'is disposed of as often as one likes, used or not',
    ]);
  });
});
