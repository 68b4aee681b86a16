import { describe, expect, it } from '@jest/globals';
import type { Example, TokenizerModel } from '@distiller/core';
import { encodeExamples } from './encode-examples.js';
import { joinEncoded } from './join-encoded.js';
import { wholeBatch } from './whole-batch.js';

/** A token a letter. */
const tokenizer: TokenizerModel = {
  fingerprint: 'letters',
  vocabularySize: 128,
  padId: 0,
  encode: ([text], maxLength) => {
    const ids = [...text].map((letter) => letter.charCodeAt(0)).slice(0, maxLength);
    return { ids, types: ids.map(() => 0) };
  },
  files: () => ({}),
};
const roles = {
  student: { tokenizer, maxLength: 6 },
  teacher: { tokenizer, maxLength: 6 },
  other: { tokenizer, maxLength: 4 },
};
const example = (text: string, label: number): Example => ({ id: text, texts: [text], label });
const FIRST = [example('a', 0), example('bbb', 1)];
const SECOND = [example('ccccccc', 1), example('dd', 0)];

describe('joinEncoded', () => {
  it('is what encoding all of them at once gives', async () => {
    const joined = joinEncoded(
      await encodeExamples(FIRST, roles),
      await encodeExamples(SECOND, roles),
    );
    expect(joined).toEqual(await encodeExamples([...FIRST, ...SECOND], roles));
    expect(joined.texts['student']).toBe(joined.texts['teacher']);
    expect(joined.texts['student']).not.toBe(joined.texts['other']);
    expect(joined.texts['other']?.truncated).toBe(1);
  });

  it('refuses texts for other roles', async () => {
    const { student } = roles;
    const second = await encodeExamples(SECOND, { student });
    expect(() => joinEncoded(second, second)).not.toThrow();
    await expect(
      encodeExamples(FIRST, roles).then((first) => joinEncoded(first, second)),
    ).rejects.toThrow(/encoded for student, teacher, other and for student/);
  });
});

describe('wholeBatch', () => {
  it('has every example in its order, padded to the length that fits', async () => {
    const encoded = await encodeExamples([...FIRST, ...SECOND], roles);
    const batch = wholeBatch(encoded, { kind: 'classification', lengths: [2, 4, 5] });
    expect(batch.examples.map(({ id }) => id)).toEqual(['a', 'bbb', 'ccccccc', 'dd']);
    expect(batch.labels).toEqual({ dtype: 'int32', shape: [4], data: Int32Array.of(0, 1, 1, 0) });
    expect(batch.encodings['student']?.['ids']?.shape).toEqual([4, 6]);
    expect(batch.encodings['other']?.['ids']?.shape).toEqual([4, 4]);
    const short = wholeBatch(await encodeExamples(FIRST, roles), {
      kind: 'classification',
      lengths: [2, 4, 5],
    });
    expect(short.encodings['student']?.['ids']?.shape).toEqual([2, 4]);
  });
});
