import { beforeAll, describe, expect, it } from '@jest/globals';
import { createRng, Registry, type Engine, type TextModel } from '@distiller/core';
import { tokenizerFromJson, trainWordPiece } from '@distiller/data';
import { createEagerEngine } from '@distiller/engine';
import { architectureChecks } from '@distiller/testing';
import { FAMILIES, transformerConfig, type Family } from './config.js';
import { createModel } from './model.js';
import { transformerPlugin } from './plugin.js';

let engine: Engine;
beforeAll(async () => {
  engine = await createEagerEngine({ backend: 'cpu' });
});

const SIZES = { layers: 1, hiddenSize: 8, heads: 2, intermediateSize: 8, maxPositions: 20 };

async function modelOf(family: Family): Promise<TextModel> {
  const json = await trainWordPiece(['a b c'], { vocabularySize: 100 });
  const tokenizer = tokenizerFromJson(json);
  const { vocabularySize } = tokenizer;
  const config = transformerConfig({ family, vocabularySize, labels: ['no', 'yes'], ...SIZES });
  return createModel(config, tokenizer, createRng(1));
}

describe.each(FAMILIES)('architecture %s', (family) => {
  it.each(architectureChecks.map((check) => [check.name, check] as const))('%s', async (_, check) =>
    check.run({
      architecture: await new Registry()
        .use(transformerPlugin)
        .create('architecture', { use: family }),
      name: family,
      model: () => modelOf(family),
      texts: [['a b'], ['c']],
      engine,
    }),
  );

  it('is named in what it opens', async () =>
    expect((await modelOf(family)).description.architecture).toBe(family));
});
