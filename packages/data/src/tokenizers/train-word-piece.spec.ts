import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { tokenizerFromJson } from './hugging-face-tokenizer.js';
import { trainWordPiece, type WordPieceOptions } from './train-word-piece.js';

async function learn(texts: string[], options: WordPieceOptions): Promise<string[]> {
  const { model } = (await trainWordPiece(texts, options)) as {
    model: { vocab: Record<string, number> };
  };
  return Object.entries(model.vocab)
    .sort(([, a], [, b]) => a - b)
    .map(([token]) => token)
    .slice(5);
}

describe('trainWordPiece', () => {
  it('joins the most frequent pair first', async () => {
    // ab three times, abc twice: a·##b occurs 5 times, ##b·##c twice; after the first join ab·##c twice.
    const texts = ['ab abc', 'Ab', 'ab, abc'];
    expect(await learn(texts, { vocabularySize: 100 })).toEqual([
      ...[',', 'a', '##b', '##c'],
      ...['ab', 'abc'],
    ]);
    expect(await learn(texts, { vocabularySize: 10 })).toEqual([',', 'a', '##b', '##c', 'ab']);
  });

  it('joins what came first when two pairs are equally frequent', async () => {
    expect(await learn(['cd ab ab cd'], { vocabularySize: 10 })).toEqual([
      ...['a', 'c', '##b', '##d'],
      'ab',
    ]);
  });

  it('counts a pair that repeats within a word', async () => {
    // ####: a·##a once, ##a·##a twice in aaaa; three words make 3 and 6. ##aa, then a·##aa and ##aa·##a.
    expect(await learn(['aaaa aaaa aaaa'], { vocabularySize: 8 })).toEqual(['a', '##a', '##aa']);
  });

  it('joins nothing rarer than asked for', async () => {
    expect(await learn(['ab ab xy'], { vocabularySize: 50, minFrequency: 3 })).toEqual([
      ...['a', 'x', '##b', '##y'],
    ]);
  });

  it('keeps the case when told to', async () => {
    expect(await learn(['A a'], { vocabularySize: 50, lowercase: false })).toEqual(['A', 'a']);
  });

  it('keeps the most frequent characters when not all fit', async () => {
    expect(await learn(['b a a c c c'], { vocabularySize: 7 })).toEqual(['a', 'c']);
  });

  it('makes a tokenizer that spells every text it has seen, whatever their order', async () => {
    const word = fc.stringMatching(/^[a-zé]{1,8}$/);
    const text = fc.array(word, { minLength: 1, maxLength: 6 }).map((words) => words.join(' '));
    await fc.assert(
      fc.asyncProperty(fc.array(text, { minLength: 1, maxLength: 10 }), async (texts) => {
        const json = await trainWordPiece(texts, { vocabularySize: 60, minFrequency: 1 });
        const reversed = await trainWordPiece([...texts].reverse(), {
          vocabularySize: 60,
          minFrequency: 1,
        });
        expect(reversed).toEqual(json);
        const tokenizer = tokenizerFromJson(json);
        for (const seen of texts) expect(tokenizer.encode([seen], 1000).ids).not.toContain(1);
      }),
      { numRuns: 25, seed: 3 },
    );
  });

  it('refuses nothing to learn from and a vocabulary without room', async () => {
    await expect(trainWordPiece([' ', ''], { vocabularySize: 100 })).rejects.toThrow(
      'trainWordPiece: the texts hold no word to learn from.',
    );
    await expect(trainWordPiece(['a'], { vocabularySize: 5 })).rejects.toThrow(
      'trainWordPiece: vocabularySize is 5; expected a whole number of at least 6.',
    );
  });
});
