import { existsSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { Registry } from '@distiller/core';
import { objectivesPlugin } from './plugin.js';

describe('objectivesPlugin', () => {
  it('keeps every component in the file of its name', () => {
    for (const { name } of objectivesPlugin.components) {
      const places = [`./${name}.ts`, `./mutual-information/${name}.ts`];
      expect(places.filter((place) => existsSync(new URL(place, import.meta.url)))).toHaveLength(1);
    }
  });

  it('is taken by the registry, with strict settings and their defaults', async () => {
    const registry = new Registry().use(objectivesPlugin);
    expect(registry.slot('objective').parse({ use: 'soft-cross-entropy' })).toEqual({
      use: 'soft-cross-entropy',
      temperature: 1,
      tauSquared: false,
    });
    await expect(registry.create('objective', { use: 'logit-mse', temprature: 2 })).rejects.toThrow(
      /temprature/,
    );
    await expect(
      registry.create('objective', { use: 'logit-mse', temperature: 0 }),
    ).rejects.toThrow(/temperature/);
    expect((await registry.create('intermediate', { use: 'hidden-mse' })).feature).toBe('hidden');
  });

  it('fills in a critic, and refuses what another kind of critic has', async () => {
    const registry = new Registry().use(objectivesPlugin);
    expect(registry.slot('intermediate').parse({ use: 'mi-alpha' })).toEqual({
      use: 'mi-alpha',
      alpha: 0.9,
      critic: {
        kind: 'mlp',
        hidden: 512,
        layers: 3,
        out: 64,
        dropout: 0,
        pool: 'mean',
        tokens: 4,
        temperature: 0.1,
        shared: false,
      },
    });
    const heads = { use: 'mi-alpha', critic: { kind: 'mlp', heads: 2 } };
    await expect(registry.create('intermediate', heads)).rejects.toThrow(/heads/);
    const alpha = { use: 'mi-alpha', alpha: 1.5 };
    await expect(registry.create('intermediate', alpha)).rejects.toThrow(/alpha/);
  });
});
