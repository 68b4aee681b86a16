import { existsSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { Registry } from '@distiller/core';
import { matchingPlugin } from './plugin.js';

describe('matchingPlugin', () => {
  it('keeps every component in the file of its name', () => {
    for (const { name } of matchingPlugin.components) {
      expect(existsSync(new URL(`./${name}.ts`, import.meta.url))).toBe(true);
    }
  });

  it('is taken by the registry, with its defaults', async () => {
    const registry = new Registry().use(matchingPlugin);
    expect(registry.slot('matching').parse({ use: 'skip' })).toEqual({
      use: 'skip',
      embeddings: true,
      lastLayer: true,
    });
    const matching = await registry.create('matching', { use: 'last', embeddings: false });
    expect(matching.pairs('hidden', 1, 2)).toEqual([{ student: 1, teacher: 2, weight: 1 }]);
  });
});
