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
});
