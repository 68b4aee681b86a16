import { describe, expect, it } from '@jest/globals';
import { DistillerError, type Translator } from '@distiller/core';
import { failingChecks } from './failing-checks.js';
import { translatorChecks } from './translator-checks.js';

/** A correct translator: turns the words of a text round. */
const correct: Translator = {
  async translate(texts, from, to, signal) {
    if (signal?.aborted) throw new DistillerError('cancelled', 'Stopped.');
    if (from !== 'en' || to !== 'ne') throw new DistillerError('config', 'No such languages.');
    return texts.map((text) => text.split(' ').reverse().join(' '));
  },
};

const failures = (changes: (right: Translator['translate']) => Partial<Translator> = () => ({})) =>
  failingChecks(translatorChecks, {
    translator: () => ({ ...correct, ...changes(correct.translate) }),
    from: 'en',
    to: 'ne',
  });

/** A translator whose texts are changed afterwards. */
const after =
  (change: (out: readonly string[], texts: readonly string[]) => readonly string[]) =>
  (right: Translator['translate']): Partial<Translator> => ({
    translate: async (texts, ...rest) => change(await right(texts, ...rest), texts),
  });

const COUNT = 'gives a text for each, and none for none';
const SAME = 'has one translation for a text, again and in a new translator';
const ORDER = 'treats a text alike whatever stands beside it and wherever it stands';
const ODD = 'survives empty, odd and very long texts, and breaks no character';
const UNKNOWN = 'refuses languages that it does not know';
const STOPS = 'stops with `cancelled` when the signal is given';

describe('translatorChecks', () => {
  it('pass a correct translator', async () => expect(await failures()).toEqual([]));

  it('find missing texts and texts that stay', async () => {
    expect(await failures(after((out) => out.slice(1)))).toContain(COUNT);
    expect(await failures(after((_, texts) => [...texts]))).toEqual(['changes some texts']);
  });

  it('find answers that change from call to call, or with their neighbours', async () => {
    let calls = 0;
    expect(await failures(after((out) => out.map((text) => text && `${text} ${++calls}`)))).toEqual(
      [SAME, ORDER],
    );
    const borrowing = after((out) => out.map((text, i) => text && text + (out[i - 1] ?? '')));
    expect(await failures(borrowing)).toEqual([ORDER]);
  });

  it('find arguments that are written to or handed back', async () => {
    const name = 'leaves its arguments as they are';
    const writing = after((out, texts) => {
      (texts as string[])[0] = 'changed';
      return out;
    });
    expect(await failures(writing)).toContain(name);
    const inPlace = after((out, texts) => Object.assign(texts as string[], out));
    expect(await failures(inPlace)).toContain(name);
  });

  it('find broken characters and failures on odd texts', async () => {
    const broken = after((out) => out.map((text) => text.replace(/(.)$/, '$1\ud83d')));
    expect(await failures(broken)).toEqual([ODD]);
    expect(await failures(after((out) => out.map((text) => text || '?')))).toEqual([ODD]);
  });

  it('find languages that are made up, and the wrong error', async () => {
    const lavish = (right: Translator['translate']): Partial<Translator> => ({
      translate: (texts, from, _, signal) => right(texts, from, 'ne', signal),
    });
    expect(await failures(lavish)).toEqual([UNKNOWN]);
    const rude = (right: Translator['translate']): Partial<Translator> => ({
      translate: async (texts, from, to, signal) => {
        if (to !== 'ne') throw new Error('what?');
        return right(texts, from, to, signal);
      },
    });
    expect(await failures(rude)).toEqual([UNKNOWN]);
  });

  it('find a signal that is not heeded, and the wrong error', async () => {
    const deaf = (right: Translator['translate']): Partial<Translator> => ({
      translate: (texts, from, to) => right(texts, from, to),
    });
    expect(await failures(deaf)).toEqual([STOPS]);
    const rude = (right: Translator['translate']): Partial<Translator> => ({
      translate: async (texts, from, to, signal) => {
        signal?.throwIfAborted();
        return right(texts, from, to);
      },
    });
    expect(await failures(rude)).toEqual([STOPS]);
  });

  it('find a second disposal that fails', async () => {
    const once = () => {
      let isOpen = true;
      return {
        dispose: async () => {
          if (!isOpen) throw new Error('already gone');
          isOpen = false;
        },
      };
    };
    expect(await failures(once)).toEqual(['is disposed of as often as one likes, used or not']);
  });
});
