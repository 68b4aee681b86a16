import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { API_VERSION, defineComponent, definePlugin, token } from './component.js';
import type { Schedule } from './contracts/optimizer.js';
import { RNG } from './contracts/services.js';

const constant: Schedule = { factor: () => 1 };

const definition = {
  kind: 'schedule',
  name: 'steady',
  summary: 'One factor for ever.',
  settings: z.strictObject({ factor: z.number().default(1) }),
  needs: { rng: RNG },
} as const;

describe('defineComponent', () => {
  it('returns the definition as it is', () => {
    const component = { ...definition, create: () => constant };
    expect(defineComponent(component)).toBe(component);
  });

  it('types settings after their defaults, and services after their tokens', () => {
    defineComponent({
      ...definition,
      create: ({ factor }, { rng }) => {
        const scaled: number = factor * rng.uniform();
        return { factor: () => scaled };
      },
    });
    // An asynchronous create is fine too.
    defineComponent({ ...definition, create: async () => constant });

    defineComponent({
      ...definition,
      // @ts-expect-error -- there is no such setting
      create: ({ factr }) => ({ factor: () => factr }),
    });
    defineComponent({
      ...definition,
      // @ts-expect-error -- a setting is a number, not text
      create: ({ factor }) => ({ factor: () => factor.length }),
    });
    defineComponent({
      ...definition,
      // @ts-expect-error -- the service was not asked for
      create: (_, { engine }) => ({ factor: () => engine }),
    });
    defineComponent({
      ...definition,
      // @ts-expect-error -- the value is no schedule
      create: () => ({ weight: 1 }),
    });
    defineComponent({
      ...definition,
      // @ts-expect-error -- there is no such kind
      kind: 'shedule',
      create: () => constant,
    });
    defineComponent({
      ...definition,
      // @ts-expect-error -- needs are tokens, not names
      needs: { rng: 'rng' },
      create: () => constant,
    });
    // @ts-expect-error -- a summary is required
    defineComponent({ ...definition, summary: undefined, create: () => constant });
    expect.assertions(0);
  });
});

describe('definePlugin', () => {
  it('fills in the API version', () => {
    const components = [defineComponent({ ...definition, create: () => constant })];
    expect(definePlugin({ name: 'distiller-plugin-x', components })).toEqual({
      name: 'distiller-plugin-x',
      apiVersion: API_VERSION,
      components,
    });
  });

  it('takes definitions only', () => {
    // @ts-expect-error -- a component without create
    definePlugin({ name: 'x', components: [definition] });
    expect.assertions(0);
  });
});

describe('token', () => {
  it('is one symbol in every copy of this package', () => {
    expect(token('rng').symbol).toBe(Symbol.for('distiller/rng'));
    expect(token('rng').symbol).toBe(RNG.symbol);
  });
});
