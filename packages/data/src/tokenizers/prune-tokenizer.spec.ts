import { describe, expect, it } from '@jest/globals';
import type { TokenizerModel } from '@distiller/core';
import { bertTokenizerConfig } from './bert-tokenizer-json.js';
import { tokenizerFromJson } from './hugging-face-tokenizer.js';
import { pruneTokenizer } from './prune-tokenizer.js';
import { trainWordPiece } from './train-word-piece.js';

const TEXTS = ['a dog runs in the park', 'the cats run', 'dogs and cats sleep in the sun'];

async function wordPiece(): Promise<TokenizerModel> {
  const json = await trainWordPiece([...TEXTS, 'many other unrelated words'], {
    vocabularySize: 120,
  });
  return tokenizerFromJson(json, bertTokenizerConfig({ lowercase: true }));
}

describe('pruneTokenizer', () => {
  it('cuts the texts whose tokens it keeps as before, under new ids', async () => {
    const full = await wordPiece();
    const used = new Set(TEXTS.flatMap((text) => full.encode([text], 99).ids));
    const { tokenizer, rows } = pruneTokenizer(full, (id) => used.has(id));
    expect(tokenizer.vocabularySize).toBe(rows.length);
    expect(rows.length).toBeLessThan(full.vocabularySize);
    expect([...rows]).toEqual([...rows].sort((a, b) => a - b));
    for (const [first, second] of [TEXTS, [...TEXTS].reverse()] as [string, string][]) {
      for (const texts of [[first], [first, second]] as [[string], [string, string]]) {
        const [before, after] = [full.encode(texts, 99), tokenizer.encode(texts, 99)];
        expect(after.ids.map((id) => rows[id])).toEqual(before.ids);
        expect(after.types).toEqual(before.types);
      }
    }
    expect(rows[tokenizer.padId]).toBe(full.padId);
  });

  it('takes words for unknown whose tokens are gone, and survives being saved', async () => {
    const full = await wordPiece();
    const { tokenizer, rows } = pruneTokenizer(full, () => false);
    const unknown = full.encode(['☃'], 9).ids[1];
    expect(tokenizer.encode(['dog'], 9).ids.map((id) => rows[id])).toEqual([
      full.encode([''], 9).ids[0],
      unknown,
      full.encode([''], 9).ids[1],
    ]);
    const files = tokenizer.files();
    const json = JSON.parse(files['tokenizer.json'] ?? '') as Record<string, unknown>;
    const config = JSON.parse(files['tokenizer_config.json'] ?? '') as Record<string, unknown>;
    expect(tokenizerFromJson(json, config).encode(['a dog'], 9)).toEqual(
      tokenizer.encode(['a dog'], 9),
    );
  });

  it('refuses other kinds of tokenizer', () => {
    const files = () => ({ 'tokenizer.json': '{"model":{"type":"BPE","vocab":{}}}' });
    const other = { fingerprint: 'x', vocabularySize: 1, padId: 0, files } as never;
    expect(() => pruneTokenizer(other, () => true)).toThrow(
      'vocabulary: only a WordPiece tokenizer can be pruned, but this one is BPE.',
    );
  });
});
