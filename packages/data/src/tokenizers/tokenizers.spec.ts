import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { bertTokenizerConfig, bertTokenizerJson } from './bert-tokenizer-json.js';
import { tokenizerFromJson } from './hugging-face-tokenizer.js';
import { loadTokenizer } from './load-tokenizer.js';
import { createLibraryTokenizer } from './tokenizer-library.js';

const ALL = 1000;
const VOCABULARY = [
  ...['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]'],
  ...['the', 'cat', '##s', 'sat', '!', 'a', 'b', 'c', 'd', 'e', 'οδοσ', '丈', 'cafe', 'The'],
];
const id = (token: string) => VOCABULARY.indexOf(token);
const bert = (lowercase = true) => tokenizerFromJson(bertTokenizerJson(VOCABULARY, { lowercase }));

/** A byte-level tokenizer with RoBERTa's special tokens. */
const ROBERTA = (() => {
  const special = ['<s>', '<pad>', '</s>', '<unk>'];
  const bytes = ['h', 'e', 'l', 'o', 'Ġ', 'w', 'r', 'd', 'Ã', '©'];
  const merges = [
    ['h', 'e'],
    ['l', 'l'],
    ['he', 'll'],
    ['hell', 'o'],
    ['Ġ', 'w'],
    ['o', 'r'],
  ];
  const tokens = [...special, ...bytes, ...merges.map((pair) => pair.join(''))];
  return {
    added_tokens: special.map((content, id) => ({ id, content, special: true })),
    normalizer: null,
    pre_tokenizer: { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true },
    post_processor: { type: 'RobertaProcessing', sep: ['</s>', 2], cls: ['<s>', 0] },
    decoder: { type: 'ByteLevel' },
    model: {
      type: 'BPE',
      vocab: Object.fromEntries(tokens.map((token, id) => [token, id])),
      merges,
    },
  };
})();

describe('tokenizerFromJson with a BERT tokenizer', () => {
  it('cleans, cuts and frames a text', () => {
    expect(bert().encode(['The cats\tsat!'], ALL)).toEqual({
      ids: ['[CLS]', 'the', 'cat', '##s', 'sat', '!', '[SEP]'].map(id),
      types: [0, 0, 0, 0, 0, 0, 0],
    });
    expect(bert().encode(['Café dog'], ALL).ids).toEqual(
      ['[CLS]', 'cafe', '[UNK]', '[SEP]'].map(id),
    );
    expect(bert(false).encode(['The the'], ALL).ids).toEqual(
      ['[CLS]', 'The', 'the', '[SEP]'].map(id),
    );
  });

  it('gives the second text token type 1, also when it is empty', () => {
    expect(bert().encode(['a', 'b c'], ALL)).toEqual({
      ids: ['[CLS]', 'a', '[SEP]', 'b', 'c', '[SEP]'].map(id),
      types: [0, 0, 0, 1, 1, 1],
    });
    expect(bert().encode(['a', ''], ALL).ids).toEqual(['[CLS]', 'a', '[SEP]', '[SEP]'].map(id));
  });

  it('reads special tokens in the text', () => {
    expect(bert().encode(['a [MASK] b'], ALL).ids).toEqual(
      ['[CLS]', 'a', '[MASK]', 'b', '[SEP]'].map(id),
    );
  });

  it('cuts the longer text of a pair first, and gives the odd token to it', () => {
    // Seven tokens less three special ones leave four.
    const cut = (first: string, second: string) =>
      bert()
        .encode([first, second], 7)
        .ids.map((i) => VOCABULARY[i])
        .join(' ');
    expect(cut('a b c d e', 'a')).toBe('[CLS] a b c [SEP] a [SEP]');
    expect(cut('a', 'a b c d e')).toBe('[CLS] a [SEP] a b c [SEP]');
    expect(cut('a b c d', 'a b c')).toBe('[CLS] a b [SEP] a b [SEP]');
    const odd = (first: string, second: string) => bert().encode([first, second], 8).types.join('');
    expect(odd('a b c d', 'a b c')).toBe('00000111'); // three and two
    expect(odd('a b c', 'a b c d')).toBe('00001111'); // two and three
    expect(odd('a b c', 'a b c')).toBe('00001111'); // of equals the second keeps more
  });

  it('lower-cases a final sigma and frees rare ideographs as the Rust tokenizer does', () => {
    expect(bert().encode(['ΟΔΟΣ'], ALL).ids).toEqual(['[CLS]', 'οδοσ', '[SEP]'].map(id));
    expect(bert().encode(['\u{20000}丈'], ALL).ids).toEqual(
      ['[CLS]', '[UNK]', '丈', '[SEP]'].map(id),
    );
  });

  it('encodes word by word what the library encodes as a whole', () => {
    const json = bertTokenizerJson(VOCABULARY, { lowercase: true });
    const library = createLibraryTokenizer(json, {});
    const tokenizer = bert();
    const piece = fc.constantFrom(
      ...['cat', 'Cats', 'the', '!', '丈', '[MASK]', 'é', '\u0301', ' ', '  ', '\t', '\r\n'],
      ...['\u00a0', '\u200b', '\ufeff', '\u0085', '\u2028', '\v', '\u0000', 'a', 'b'],
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const text = pieces.join('');
        expect(tokenizer.encode([text], ALL).ids).toEqual(
          library.encode(text, { add_special_tokens: true }).ids,
        );
      }),
      { numRuns: 200, seed: 6 },
    );
  });

  it('ignores truncation and padding stored in the file', () => {
    const stored = {
      ...bertTokenizerJson(VOCABULARY, { lowercase: true }),
      truncation: { max_length: 3, strategy: 'LongestFirst', stride: 0 },
      padding: { strategy: { Fixed: 9 }, pad_token: '[PAD]', pad_id: 0 },
    };
    const tokenizer = tokenizerFromJson(stored);
    expect(tokenizer.encode(['a b c'], ALL).ids).toHaveLength(5);
    expect(tokenizer.fingerprint).toBe(bert().fingerprint);
  });

  it('knows its size, its padding and whether it is another', () => {
    expect(bert().vocabularySize).toBe(VOCABULARY.length);
    expect(bert().padId).toBe(0);
    expect(bert().fingerprint).toMatch(/^[0-9a-f]{64}$/);
    expect(bert(false).fingerprint).not.toBe(bert().fingerprint);
  });

  it('refuses a length without room for text', () => {
    expect(() => bert().encode(['a'], 2)).toThrow(
      'A maximum length of 2 tokens leaves no room for text beside 2 special tokens; use at least 3.',
    );
    expect(() => bert().encode(['a', 'b'], 4)).toThrow('use at least 5');
  });
});

describe('tokenizerFromJson with a RoBERTa tokenizer', () => {
  // Expected values: tokenizers 0.22 in Python, Tokenizer.from_file(…).encode(…) with the same definition.
  const roberta = tokenizerFromJson(ROBERTA);

  it('joins bytes by rank', () => {
    expect(roberta.encode(['hello world'], ALL).ids).toEqual([0, 17, 18, 19, 6, 11, 2]);
    expect(roberta.padId).toBe(1);
    expect(roberta.vocabularySize).toBe(20);
  });

  it('frames a pair with two separators and one token type', () => {
    expect(roberta.encode(['hello', 'é word'], ALL)).toEqual({
      ids: [0, 17, 2, 2, 12, 13, 18, 19, 11, 2],
      types: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
    });
    expect(roberta.encode(['hello hello world', 'world'], 7).ids).toEqual([0, 17, 8, 2, 2, 9, 2]);
  });
});

describe('tokenizerFromJson with something else', () => {
  it('says what is missing', () => {
    expect(() => tokenizerFromJson({ model: { type: 'WordPiece' } })).toThrow(
      /^tokenizer\.json is not a Hugging Face tokenizer:\n[^]*vocab/,
    );
    const json = bertTokenizerJson(VOCABULARY, { lowercase: true });
    expect(() => tokenizerFromJson({ ...json, normalizer: { type: 'Shuffle' } })).toThrow(
      "tokenizer.json can't be used: Unknown Normalizer type: Shuffle.",
    );
    const unknown = { ...(json['model'] as object), unk_token: '[???]' };
    expect(() => tokenizerFromJson({ ...json, model: unknown })).toThrow(
      'tokenizer.json: the model\'s unk_token is "[???]", which its vocabulary does not hold.',
    );
    expect(() =>
      tokenizerFromJson(
        { model: { type: 'BPE', vocab: { a: 0 }, merges: [] } },
        { pad_token: '!' },
      ),
    ).toThrow('tokenizer.json: none of "!", "[PAD]", "<pad>" is in the vocabulary');
  });
});

describe('loadTokenizer', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tokenizer-'));
  });
  afterEach(() => rm(folder, { recursive: true }));
  const write = (name: string, text: string) => writeFile(join(folder, name), text);

  it('makes a tokenizer.json from a vocab.txt', async () => {
    await write('vocab.txt', VOCABULARY.join('\n') + '\n');
    const tokenizer = await loadTokenizer(folder);
    expect(tokenizer.fingerprint).toBe(bert().fingerprint);
    const files = tokenizer.files();
    expect(Object.keys(files).sort()).toEqual([
      'tokenizer.json',
      'tokenizer_config.json',
      'vocab.txt',
    ]);
    expect(JSON.parse(files['tokenizer_config.json'] ?? '')).toEqual(
      bertTokenizerConfig({ lowercase: true }),
    );
    await write('tokenizer.json', files['tokenizer.json'] ?? '');
    expect((await loadTokenizer(folder)).fingerprint).toBe(tokenizer.fingerprint);
  });

  it('takes the case from tokenizer_config.json beside a vocab.txt with Windows line ends', async () => {
    await write('vocab.txt', VOCABULARY.join('\r\n'));
    await write('tokenizer_config.json', '{ "do_lower_case": false }');
    expect((await loadTokenizer(folder)).encode(['The'], ALL).ids).toContain(id('The'));
  });

  it('hands back the files as they were', async () => {
    const text = JSON.stringify(ROBERTA);
    await write('tokenizer.json', text);
    await write('special_tokens_map.json', '{ "pad_token": { "content": "</s>" } }');
    const tokenizer = await loadTokenizer(folder);
    expect(tokenizer.files()['tokenizer.json']).toBe(text);
    expect(tokenizer.padId).toBe(2);
  });

  it('says what is wrong with the folder', async () => {
    await expect(loadTokenizer(folder)).rejects.toThrow(
      `${folder} holds no tokenizer: found neither tokenizer.json nor vocab.txt.`,
    );
    await write('vocab.txt', 'a\nb\n');
    await expect(loadTokenizer(folder)).rejects.toThrow(
      `${join(folder, 'vocab.txt')}: 2 tokens, but [PAD], [UNK], [CLS], [SEP], [MASK] not among them.`,
    );
    await write('tokenizer.json', '{ "model": ');
    await expect(loadTokenizer(folder)).rejects.toThrow(
      `${join(folder, 'tokenizer.json')} is not JSON:`,
    );
    await write('tokenizer.json', '[]');
    await expect(loadTokenizer(folder)).rejects.toThrow('holds an array; expected a JSON object.');
  });
});
