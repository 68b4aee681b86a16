import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { createRng, openModel, Registry } from '@distiller/core';
import { tokenizerFromJson, trainWordPiece } from '@distiller/data';
import { FAMILIES, transformerConfig } from './config.js';
import { createModel } from './model.js';
import { transformerPlugin } from './plugin.js';

describe('architectures', () => {
  const registry = new Registry().use(transformerPlugin);

  it.each(FAMILIES)(
    '%s opens what its models save, and draws a head for a task',
    async (family) => {
      const folder = await mkdtemp(join(tmpdir(), 'distiller-architectures-'));
      try {
        const tokenizer = tokenizerFromJson(
          await trainWordPiece(['a b c'], { vocabularySize: 100 }),
        );
        const sizes = { layers: 1, hiddenSize: 8, heads: 2, intermediateSize: 8, maxPositions: 20 };
        const { vocabularySize } = tokenizer;
        const config = transformerConfig({ family, vocabularySize, ...sizes });
        const model = createModel(config, tokenizer, createRng(1));
        await model.save(folder);
        expect((await openModel(registry, folder)).fingerprint).toBe(model.fingerprint);
        const labels = ['x', 'y', 'z'];
        const head = { labels, kind: 'classification', rng: createRng(2) } as const;
        const other = await openModel(registry, folder, { head });
        expect(other.description).toMatchObject({ architecture: family, labels, outputs: 3 });
      } finally {
        await rm(folder, { recursive: true });
      }
    },
  );
});
