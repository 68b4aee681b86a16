import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import {
  bind,
  createRng,
  ENGINE,
  Registry,
  RESOLVE_PATH,
  type Engine,
  type TextModel,
} from '@distiller/core';
import { augmenterChecks } from '@distiller/testing';
import { embedding } from './embedding.js';
import { augmentationPlugin } from './plugin.js';
import { scriptedRng } from './scripted-rng.fixture.js';
import { eagerEngine, TEXTS, tinyMaskedLm } from './tiny-masked-lm.fixture.js';
import type { WordVectors } from './word-vectors.js';

let model: TextModel;
let engine: Engine;
beforeAll(async () => {
  model = await tinyMaskedLm();
  engine = await eagerEngine();
});

/** Words on a circle, at these angles in degrees. */
function circle(angles: Readonly<Record<string, number>>): WordVectors {
  const radians = Object.values(angles).map((angle) => (angle / 180) * Math.PI);
  return {
    words: Object.keys(angles),
    width: 2,
    rows: Float32Array.from(radians.flatMap((angle) => [Math.cos(angle), Math.sin(angle)])),
  };
}

const VECTORS = circle({ film: 0, movie: 1, picture: 3, big: 90, large: 91, dog: 180, fox: 182, good: 270, fine: 271 }); // prettier-ignore

describe('embedding', () => {
  describe.each(augmenterChecks.map((check) => [check.name, check] as const))('%s', (_, check) => {
    it('by vectors', () =>
      check.run({ augmenter: () => embedding(VECTORS, { k: 3 }), texts: TEXTS }));

    it('with a model', () =>
      check.run({
        augmenter: () => embedding(VECTORS, { batchSize: 8 }, { model, engine }),
        texts: TEXTS,
      }));
  });

  it('replaces a word with probability p by one of the k nearest, in its case', async () => {
    const augment = async (text: string, uniform: number[], integer: number[]) =>
      (
        await embedding(VECTORS, { k: 2, p: 0.4 }).augment(
          [text],
          [scriptedRng({ uniform, integer })],
        )
      )[0];
    // film: movie (1°), picture (3°). "the" and "a" are stop words: nothing is drawn for them.
    expect(await augment('The Film, a BIG one', [0.39, 0.39, 0.4], [1, 0])).toBe(
      'The Picture, a LARGE one',
    );
    expect(await augment('film', [0.4], [])).toBe('film');
    expect(await augment('unheard', [0], [])).toBe('unheard');
  });

  it('asks the model about words of one piece and the vectors about the others', async () => {
    const vectors = circle({ wastelands: 0, deserts: 1, movie: 90, picture: 91 });
    const streams = () => [scriptedRng({ uniform: [0, 0], integer: [0, 0] })];
    const text = ['the movie, wastelands'];
    expect(await embedding(vectors, { k: 1 }).augment(text, streams())).toEqual([
      'the picture, deserts',
    ]);
    const [out] = await embedding(vectors, { k: 1 }, { model, engine }).augment(text, streams());
    expect(out).toMatch(/^the \p{L}+, deserts$/u);
    expect(out).not.toMatch(/picture|movie/);
  });

  it('opens the files of a recipe', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'distiller-augmentation-'));
    try {
      await writeFile(join(folder, 'v.txt'), 'film 1 0\nmovie 0.9 0.1\n');
      const services = [
        bind(ENGINE, engine),
        bind(RESOLVE_PATH, (path: string) => join(folder, path)),
      ];
      const made = await new Registry()
        .use(augmentationPlugin)
        .create('augmenter', { use: 'embedding', vectors: 'v.txt', p: 1 }, services);
      expect(await made.augment(['a film'], [createRng(1)])).toEqual(['a movie']);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
