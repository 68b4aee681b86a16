import { describe, expect, it } from '@jest/globals';
import { FAMILIES, type Family } from './config.js';
import { fromHuggingFace } from './hugging-face-config.js';
import { fileName, matchNames } from './names.js';
import { parameterShapes } from './parameters.js';
import { GOLDENS } from './tiny-model.fixture.js';

const configOf = (family: Family) => fromHuggingFace(GOLDENS[family].config, 'golden');
const namesOf = (family: Family) => Object.keys(GOLDENS[family].parameters);

describe.each(FAMILIES)('names of a %s model', (family) => {
  it('are those of transformers, with the same shapes', () => {
    const ours = [...parameterShapes(configOf(family))].map(
      ([name, shape]) => [fileName(configOf(family), name), shape] as const,
    );
    expect(Object.fromEntries(ours)).toEqual(GOLDENS[family].parameters);
  });

  it('are found again, each under its own', () => {
    const { found, missing, ignored } = matchNames(configOf(family), namesOf(family), 'file');
    expect([...found].map(([ours, theirs]) => [fileName(configOf(family), ours), theirs])).toEqual(
      [...found.values()].map((theirs) => [theirs, theirs]),
    );
    expect(found.size).toBe(namesOf(family).length);
    expect({ missing, ignored }).toEqual({ missing: [], ignored: [] });
  });

  it('are found without the prefix of the base model', () => {
    const bare = namesOf(family).map((name) => name.replace(`${family}.`, ''));
    expect(matchNames(configOf(family), bare, 'file').missing).toEqual([]);
  });
});

describe('matchNames', () => {
  it('understands gamma and beta', () => {
    const old = namesOf('bert').map((name) =>
      name
        .replace('LayerNorm.weight', 'LayerNorm.gamma')
        .replace('LayerNorm.bias', 'LayerNorm.beta'),
    );
    const { found, missing } = matchNames(configOf('bert'), old, 'file');
    expect(missing).toEqual([]);
    expect(found.get('embeddings.LayerNorm.weight')).toBe('bert.embeddings.LayerNorm.gamma');
  });

  it('lists a language-model head as ignored and a missing head as missing, and skips buffers', () => {
    const pretrained = [
      ...namesOf('roberta').filter((name) => !name.startsWith('classifier.')),
      'roberta.embeddings.position_ids',
      'roberta.pooler.dense.weight',
      'lm_head.bias',
    ];
    const { missing, ignored } = matchNames(configOf('roberta'), pretrained, 'file');
    expect(missing).toEqual([
      'pooler.dense.weight',
      'pooler.dense.bias',
      'classifier.weight',
      'classifier.bias',
    ]);
    expect(ignored).toEqual(['roberta.pooler.dense.weight', 'lm_head.bias']);
  });

  it('refuses a file with more layers than the configuration', () => {
    const deeper = [...namesOf('bert'), 'bert.encoder.layer.2.output.dense.bias'];
    expect(() => matchNames(configOf('bert'), deeper, 'model.safetensors')).toThrow(
      'model.safetensors holds "bert.encoder.layer.2.output.dense.bias", which a bert model with 2 layers does not have. Check that config.json belongs to it.',
    );
  });

  it('refuses two names for one weight', () => {
    const twice = [...namesOf('bert'), 'embeddings.LayerNorm.gamma'];
    expect(() => matchNames(configOf('bert'), twice, 'model.safetensors')).toThrow(
      'model.safetensors holds the same weight twice: "bert.embeddings.LayerNorm.weight" and "embeddings.LayerNorm.gamma".',
    );
  });
});
