import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { bind } from './binding.js';
import { defineComponent, definePlugin, type Plugin } from './component.js';
import { componentChoice } from './component-choice.js';
import { COMPONENTS, REPORTER, RNG } from './contracts/services.js';
import type { Schedule } from './contracts/optimizer.js';
import { DistillerError } from './errors.js';
import { Registry } from './registry.js';
import { createRng } from './rng.js';
import { validateRecipe } from './validate-recipe.js';

const noisy = defineComponent({
  kind: 'schedule',
  name: 'noisy',
  summary: 'A random factor.',
  settings: z
    .strictObject({ low: z.number().default(0), high: z.number().default(1) })
    .refine(({ low, high }) => low <= high, { message: 'low must not exceed high', path: ['low'] }),
  needs: { rng: RNG },
  create: ({ low, high }, { rng }): Schedule => ({
    factor: () => low + (high - low) * rng.uniform(),
  }),
});

const steady = defineComponent({
  kind: 'schedule',
  name: 'steady',
  summary: 'One factor for ever.',
  settings: z.strictObject({ at: z.strictObject({ factor: z.number() }).optional() }),
  needs: {},
  create: async ({ at }): Promise<Schedule> => ({ factor: () => at?.factor ?? 1 }),
});

const plugin = definePlugin({ name: 'acme', components: [noisy, steady] });

const failing = (error: unknown): Plugin =>
  definePlugin({
    name: 'acme-failing',
    components: [
      defineComponent({
        ...steady,
        name: 'failing',
        create: () => {
          throw error;
        },
      }),
    ],
  });

describe('Registry', () => {
  const registry = new Registry().use(plugin);

  it('lists, finds and attributes components', () => {
    expect(registry.list()).toEqual([noisy, steady]);
    expect(registry.list('schedule')).toEqual([noisy, steady]);
    expect(registry.list('engine')).toEqual([]);
    expect(registry.definition('schedule', 'steady')).toBe(steady);
    expect(registry.owner('schedule', 'steady')).toBe('acme');
    expect(registry.module('schedule', 'steady')).toBeUndefined();
  });

  it('takes the same plugin twice without ado', () => {
    expect(new Registry().use(plugin).use(plugin).list()).toHaveLength(2);
  });

  it('knows the module of a plugin from the plugin or from who loaded it', () => {
    const told = definePlugin({ ...plugin, module: '/own/plugin.js' });
    expect(new Registry().use(told).module('schedule', 'steady')).toBe('/own/plugin.js');
    const loaded = new Registry().use(plugin, '/loaded/plugin.js');
    expect(loaded.module('schedule', 'steady')).toBe('/loaded/plugin.js');
  });

  it('takes a plugin without components', () => {
    expect(new Registry().use(definePlugin({ name: 'empty', components: [] })).list()).toEqual([]);
  });

  it('tells names of one kind from those of another', () => {
    const other = { ...steady, kind: 'matching' } as unknown as typeof steady;
    const both = new Registry().use(plugin).use({ ...plugin, name: 'other', components: [other] });
    expect(both.definition('matching', 'steady')).toBe(other);
    expect(both.definition('schedule', 'steady')).toBe(steady);
  });

  describe('refuses', () => {
    it('an unknown name, with the nearest', () => {
      expect(() => registry.definition('schedule', 'stedy')).toThrow(
        expect.objectContaining({
          code: 'unknown-component',
          message: 'No schedule is called "stedy". Did you mean "steady"? Known: noisy, steady.',
        }),
      );
      expect(() => registry.owner('engine', 'onnx')).toThrow(
        "No engine is registered. Add a plugin that has one to the recipe's `plugins`.",
      );
    });

    it('a duplicate, naming both owners and adding nothing', () => {
      const added = new Registry().use(plugin);
      const fresh = { ...noisy, name: 'fresh' };
      expect(() => added.use({ ...plugin, name: 'late', components: [fresh, steady] })).toThrow(
        expect.objectContaining({
          code: 'duplicate-component',
          message:
            'Plugin "late" defines schedule "steady", which plugin "acme" already defines. ' +
            'Rename one, or give the newer one a version: "steady@2".',
        }),
      );
      expect(added.list()).toEqual([noisy, steady]);
    });

    it('a duplicate within one plugin, suggesting the next version', () => {
      const second = { ...steady, name: 'steady@2' };
      expect(() => new Registry().use({ ...plugin, components: [second, second] })).toThrow(
        '"steady@3"',
      );
    });

    it('another API version', () => {
      expect(() => new Registry().use({ ...plugin, apiVersion: '2' })).toThrow(
        expect.objectContaining({
          code: 'plugin',
          message:
            'Plugin "acme" was written for plugin API "2", but this is Distiller with plugin API "1". ' +
            'Install a version of the plugin, or of Distiller, that fits the other.',
        }),
      );
    });

    it('what is no plugin, listing everything wrong with it', () => {
      const settings = z.object({ loose: z.number() });
      const components = [
        { ...steady, name: 'Bad_Name', settings, create: 3 },
        { ...steady, settings: z.strictObject({ use: z.string() }), needs: { a: 'b' } },
      ];
      const wrong = { name: 'acme', apiVersion: '1', components } as unknown as Plugin;
      expect(() => new Registry().use(wrong)).toThrow(
        [
          'Plugin "acme" has 5 problems:',
          '  components.0.name: must be kebab-case, as in "soft-target" or "soft-target@2" (given "Bad_Name")',
          '  components.0.settings: must be a z.strictObject(…) of zod 4',
          '  components.0.create: must be a function (given 3)',
          '  components.1.settings: has a setting "use", which is the name itself',
          '  components.1.needs.a: must be made with token(…) of @distiller/core (given "b")',
        ].join('\n'),
      );
      expect(() => new Registry().use(null as unknown as Plugin)).toThrow(
        'A plugin has a problem:',
      );
    });
  });
});

describe('Registry.create', () => {
  const registry = new Registry().use(plugin);

  it('fills in defaults and hands over services', async () => {
    const schedule = await registry.create('schedule', { use: 'noisy', low: 0.5 }, [
      bind(RNG, createRng(1)),
    ]);
    // The first 53-bit uniform of seed 1, see rng.spec.ts.
    expect(schedule.factor(0, 1)).toBe(0.5 + 0.5 * createRng(1).uniform());
  });

  it('awaits an asynchronous create', async () => {
    const schedule = await registry.create('schedule', { use: 'steady', at: { factor: 0.25 } });
    expect(schedule.factor(0, 1)).toBe(0.25);
  });

  it('keeps the services of one component from another', async () => {
    await registry.create('schedule', { use: 'noisy' }, [bind(RNG, createRng(1))]);
    await expect(registry.create('schedule', { use: 'noisy' })).rejects.toThrow(
      expect.objectContaining({
        code: 'plugin',
        message:
          'Plugin "acme": schedule "noisy" needs the service "rng", which is not offered here. Offered: none.',
      }),
    );
  });

  it('lets a component make those that its settings name, with its services', async () => {
    const pair = defineComponent({
      kind: 'schedule',
      name: 'half',
      summary: 'Half of another.',
      settings: z.strictObject({ of: z.looseObject({ use: z.string() }) }),
      needs: { components: COMPONENTS },
      async create({ of }, { components }): Promise<Schedule> {
        const whole = await components.create('schedule', of);
        return { factor: (...at) => whole.factor(...at) / 2 };
      },
    });
    const nesting = new Registry()
      .use(plugin)
      .use(definePlugin({ name: 'acme-half', components: [pair] }));
    const half = (of: { use: string; low?: number; high?: number }) =>
      nesting.create('schedule', { use: 'half', of }, [bind(RNG, createRng(1))]);
    expect((await half({ use: 'noisy', low: 6, high: 6 })).factor(0, 1)).toBe(3);
    await expect(half({ use: 'steadi' })).rejects.toThrow('No schedule is called "steadi"');
    await expect(half({ use: 'noisy', low: 2, high: 1 })).rejects.toThrow('low must not exceed');
  });

  it('names the services that there are when one is missing', async () => {
    const reporter = { info: () => undefined, warn: () => undefined, progress: () => undefined };
    await expect(
      registry.create('schedule', { use: 'noisy' }, [bind(REPORTER, reporter)]),
    ).rejects.toThrow('Offered: reporter.');
  });

  it('lets nothing but the offered type through a token', () => {
    // @ts-expect-error -- a generator is no reporter
    bind(REPORTER, createRng(1));
    expect.assertions(0);
  });

  it('refuses bad settings', async () => {
    await expect(registry.create('schedule', { use: 'steady', att: 1 })).rejects.toThrow(
      'schedule "steady" has a problem:\n  (top level): unknown setting "att". Did you mean "at"? Known: at.',
    );
  });

  it('refuses an unknown name', async () => {
    await expect(registry.create('schedule', { use: 'x' })).rejects.toMatchObject({
      code: 'unknown-component',
    });
  });

  it('names the culprit when create fails, and keeps the cause', async () => {
    const cause = new TypeError('x is undefined');
    const broken = new Registry().use(failing(cause));
    await expect(broken.create('schedule', { use: 'failing' })).rejects.toMatchObject({
      code: 'plugin',
      message: 'Plugin "acme-failing": schedule "failing" failed to start: x is undefined',
      cause,
    });
  });

  it.each([new DistillerError('input', 'bad file'), AbortSignal.abort().reason])(
    'lets %s through',
    async (error) => {
      const broken = new Registry().use(failing(error));
      await expect(broken.create('schedule', { use: 'failing' })).rejects.toBe(error);
    },
  );
});

describe('Registry.slot', () => {
  const registry = new Registry().use(plugin);
  const slot = registry.slot('schedule', { weight: z.number().default(1) });
  const recipe = z.strictObject({ schedules: z.array(slot) });
  const problems = (...schedules: unknown[]): string => {
    try {
      validateRecipe(recipe, { schedules }, 'recipe');
    } catch (error) {
      return (error as Error).message.replace(/^.*\n/, '');
    }
    return 'none';
  };

  it('fills in the defaults of the component and of the place, name first', () => {
    const parsed = slot.parse({ use: 'noisy', high: 2 });
    expect(JSON.stringify(parsed)).toBe('{"use":"noisy","low":0,"high":2,"weight":1}');
    expect(slot.parse(parsed)).toEqual(parsed);
  });

  it('is typed', () => {
    const { use, weight, high } = slot.parse({ use: 'noisy' });
    const typed: [string, number, unknown] = [use, weight, high];
    expect(typed).toEqual(['noisy', 1, 1]);
    // @ts-expect-error -- the weight is a number
    const wrong: string = weight;
    expect(wrong).toBe(1);
  });

  it.each([
    [
      { use: 'noisi' },
      'schedules.0.use: No schedule is called "noisi". Did you mean "noisy"? Known: noisy, steady.',
    ],
    [{}, 'schedules.0.use: "use" must name a schedule. Known: noisy, steady.'],
    ['noisy', 'schedules.0: Invalid input: expected object, received string (given "noisy")'],
    [
      { use: 'noisy', hihg: 2 },
      'schedules.0: unknown setting "hihg". Did you mean "high"? Known: use, low, high, weight.',
    ],
    [{ use: 'noisy', low: 2 }, 'schedules.0.low: low must not exceed high'],
    [
      { use: 'noisy', weight: 'x' },
      'schedules.0.weight: Invalid input: expected number, received string (given "x")',
    ],
    [
      { use: 'steady', at: { factr: 1 } },
      'schedules.0.at.factor: is missing; expected number\n  schedules.0.at: unknown setting "factr". Did you mean "factor"? Known: factor.',
    ],
  ])('explains what is wrong with %j', (choice, message) => {
    expect(problems(choice)).toBe(`  ${message}`);
  });

  it('explains a kind that nobody brought', () => {
    const schema = z.strictObject({ engine: registry.slot('engine') });
    expect(() => validateRecipe(schema, { engine: { use: 'onnx' } }, 'recipe')).toThrow(
      "  engine: No engine is registered. Add a plugin that has one to the recipe's `plugins`.",
    );
  });

  it('refuses a component whose setting is called like one of the place', () => {
    expect(() => registry.slot('schedule', { low: z.number() })).toThrow(
      'Plugin "acme": schedule "noisy" has a setting "low", which means something else wherever a recipe names a schedule. Rename the setting.',
    );
  });

  it('gives a JSON schema: the union of all components', () => {
    const schema = z.toJSONSchema(slot, { io: 'input' });
    const weight = { type: 'number', default: 1 };
    expect(schema).toEqual({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      oneOf: [
        {
          description: 'A random factor.',
          type: 'object',
          properties: {
            use: { type: 'string', const: 'noisy' },
            low: { type: 'number', default: 0 },
            high: { type: 'number', default: 1 },
            weight,
          },
          required: ['use'],
          additionalProperties: false,
        },
        {
          description: 'One factor for ever.',
          type: 'object',
          properties: {
            use: { type: 'string', const: 'steady' },
            at: {
              type: 'object',
              properties: { factor: { type: 'number' } },
              required: ['factor'],
              additionalProperties: false,
            },
            weight,
          },
          required: ['use'],
          additionalProperties: false,
        },
      ],
    });
    expect(z.toJSONSchema(registry.slot('engine'), { io: 'input' })).toMatchObject({ not: {} });
  });
});

describe('a setting that names a component', () => {
  const half = defineComponent({
    kind: 'schedule',
    name: 'half',
    summary: 'Half of another, or of several.',
    settings: z.strictObject({
      of: componentChoice('schedule').describe('The whole.').optional(),
      several: z.array(z.strictObject({ part: componentChoice('schedule') })).default([]),
    }),
    needs: {},
    create: (): Schedule => ({ factor: () => 0 }),
  });
  const slot = new Registry()
    .use(plugin)
    .use(definePlugin({ name: 'acme-half', components: [half] }))
    .slot('schedule');

  it('is filled in as deep as it goes', () => {
    const choice = { use: 'half', of: { use: 'half', several: [{ part: { use: 'noisy' } }] } };
    expect(validateRecipe(slot, choice, 'it')).toEqual({
      use: 'half',
      of: { use: 'half', several: [{ part: { use: 'noisy', low: 0, high: 1 } }] },
      several: [],
    });
  });

  it('is checked with everything else, by its path', () => {
    const choice = {
      use: 'half',
      of: { use: 'noisy', hight: 2 },
      several: [{ part: { use: 'noisi' } }, { part: { use: 'noisy', low: 'x' } }],
    };
    expect(() => validateRecipe(slot, choice, 'it')).toThrow(
      [
        'it has 3 problems:',
        '  of: unknown setting "hight". Did you mean "high"? Known: use, low, high.',
        '  several.0.part.use: No schedule is called "noisi". Did you mean "noisy"? Known: noisy, steady, half.',
        '  several.1.part.low: Invalid input: expected number, received string (given "x")',
      ].join('\n'),
    );
  });

  it('is described in JSON schemas', () => {
    const text = JSON.stringify(z.toJSONSchema(slot, { io: 'input' }));
    expect(text).toContain('"The whole."');
    expect(text).toContain('$ref');
  });
});
