import { createRng, defineComponent, definePlugin, Registry } from '@distiller/core';
import fc from 'fast-check';
import { z } from 'zod';
import { defineSearchSpace } from '../define-search-space.js';
import { sampleUniform } from '../sample-uniform.js';
import { componentSpace } from './component-space.js';
import type { SettingRanges } from './setting-ranges.js';
import { settingsSpace } from './settings-space.js';

const CRITIC = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('mlp'), hidden: z.int().min(16).max(512).default(64) }),
  z.strictObject({
    kind: z.literal('transformer'),
    heads: z.int().positive().lt(9),
    dropout: z.number().min(0).lt(1),
  }),
  z.strictObject({ kind: z.literal('none') }),
]);
const SETTINGS = z.strictObject({
  alpha: z.number().min(0).max(1).default(0.9),
  pool: z.enum(['cls', 'mean']).default('mean'),
  layers: z.literal([2, 4, 6]).optional(),
  shared: z.boolean().default(false),
  critic: CRITIC.prefault({ kind: 'mlp' }),
  temperature: z
    .union([
      z.number().positive().max(10),
      z.strictObject({ use: z.literal('linear'), from: z.number().min(1).max(4) }),
    ])
    .default(1),
  words: z.array(z.string()).default([]),
  name: z.string().default('x'),
});

const derive = (schema: z.ZodType, ranges: SettingRanges, at = 'loss') =>
  settingsSpace(schema, { at, ranges }, 'objective "toy"');

describe('settingsSpace', () => {
  it('makes parameters of everything that has finitely many values or bounds', () => {
    expect(derive(SETTINGS, 'all').parameters).toEqual([
      { name: 'loss.alpha', kind: 'float', low: 0, high: 1 },
      { name: 'loss.pool', kind: 'categorical', values: ['cls', 'mean'] },
      { name: 'loss.layers', kind: 'ordered', values: [2, 4, 6] },
      { name: 'loss.shared', kind: 'categorical', values: [false, true] },
      { name: 'loss.critic', kind: 'categorical', values: ['mlp', 'transformer', 'none'] },
      { name: 'loss.critic.mlp.hidden', kind: 'integer', low: 16, high: 512, when: [{ parameter: 'loss.critic', in: ['mlp'] }] },
      { name: 'loss.critic.transformer.heads', kind: 'integer', low: 1, high: 8, when: [{ parameter: 'loss.critic', in: ['transformer'] }] },
      { name: 'loss.critic.transformer.dropout', kind: 'float', low: 0, high: 1 - Number.EPSILON, when: [{ parameter: 'loss.critic', in: ['transformer'] }] },
      { name: 'loss.temperature', kind: 'categorical', values: ['number', 'linear'] },
      { name: 'loss.temperature.number', kind: 'float', low: Number.MIN_VALUE, high: 10, when: [{ parameter: 'loss.temperature', in: ['number'] }] },
      { name: 'loss.temperature.linear.from', kind: 'float', low: 1, high: 4, when: [{ parameter: 'loss.temperature', in: ['linear'] }] },
    ]); // prettier-ignore
  });

  it('makes a space whose every configuration is what the schema takes', () => {
    const { parameters, settings } = derive(SETTINGS, 'all');
    const space = defineSearchSpace({ parameters });
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const written = settings(sampleUniform(space, createRng(seed)));
        expect(SETTINGS.safeParse(written).error).toBeUndefined();
      }),
    );
  });

  it('writes settings as a recipe has them', () => {
    const { settings } = derive(SETTINGS, { critic: true, 'temperature.linear': true });
    expect(settings({ 'loss.critic': 'none', 'loss.temperature.linear.from': 2 })).toEqual({
      critic: { kind: 'none' },
      temperature: { use: 'linear', from: 2 },
    });
    expect(
      settings({
        'loss.critic': 'mlp',
        'loss.critic.mlp.hidden': 32,
        'loss.temperature.linear.from': 2,
      }),
    ).toMatchObject({ critic: { kind: 'mlp', hidden: 32 } });
  });

  it('searches what is listed only, in the ranges that are given', () => {
    const { parameters, settings } = derive(SETTINGS, {
      alpha: { values: [0, 0.5, 1] },
      'temperature.number': { low: 1, high: 8, log: true },
      'critic.mlp.hidden': { low: 32, high: 64 },
      name: { fixed: 'y' },
    });
    // One form of each union is left, so there is nothing to choose.
    expect(parameters).toEqual([
      { name: 'loss.alpha', kind: 'ordered', values: [0, 0.5, 1] },
      { name: 'loss.critic.mlp.hidden', kind: 'integer', low: 32, high: 64 },
      { name: 'loss.temperature.number', kind: 'float', low: 1, high: 8, log: true },
    ]);
    const configuration = {
      'loss.alpha': 1,
      'loss.critic.mlp.hidden': 40,
      'loss.temperature.number': 2,
    };
    expect(settings(configuration)).toEqual({
      alpha: 1,
      critic: { kind: 'mlp', hidden: 40 },
      temperature: 2,
      name: 'y',
    });
  });

  it('refuses numbers without bounds and says which to give', () => {
    const schema = z.strictObject({
      weight: z.number().positive().default(1),
      size: z.int().max(9).default(1),
      shift: z.number().default(0),
      step: z.number().min(0).max(1).multipleOf(0.25).default(0),
      model: z.string(),
    });
    expect(() => derive(schema, 'all')).toThrow(
      [
        'objective "toy" has 5 problems:',
        '  weight: has no upper bound; give it as { low, high }, with `log: true` over several magnitudes, as { values } or as { fixed }',
        '  size: has no lower bound; give it as { low, high }, with `log: true` over several magnitudes, as { values } or as { fixed }',
        '  shift: has no lower and no upper bound; give it as { low, high }, with `log: true` over several magnitudes, as { values } or as { fixed }',
        '  step: must be a multiple of 0.25; give `values`',
        '  model: is required; give it a range, `values`, or a `fixed` value',
      ].join('\n'),
    );
    const ranges = { weight: { low: 0.1, high: 10 }, model: { values: ['a', 'b'] } };
    expect(derive(schema, ranges).parameters).toEqual([
      { name: 'loss.weight', kind: 'float', low: 0.1, high: 10 },
      { name: 'loss.model', kind: 'categorical', values: ['a', 'b'] },
    ]);
  });

  it('refuses ranges outside the schema and paths that lead nowhere', () => {
    const ranges = {
      alpha: { low: 0, high: 2 },
      pool: { values: ['max'] },
      words: true as const,
      temprature: true as const,
    };
    expect(() => derive(SETTINGS, ranges)).toThrow(
      [
        'objective "toy" has 4 problems:',
        '  alpha: its schema does not allow 2',
        '  pool: its schema does not allow "max"',
        "  words: can't be searched as it is; give `values` or a `fixed` value",
        '  "temprature" is no setting that can be reached. Did you mean "temperature"? Known: alpha, pool, layers, shared, critic, temperature, words, name.',
      ].join('\n'),
    );
  });

  it('numbers forms that would have the same name', () => {
    const schema = z.strictObject({
      size: z.union([z.int().min(1).max(2), z.int().min(8).max(9)]),
    });
    const { parameters, settings } = derive(schema, 'all');
    expect(parameters.map(({ name }) => name)).toEqual([
      'loss.size',
      'loss.size.integer',
      'loss.size.integer-2',
    ]);
    expect(settings({ 'loss.size': 'integer-2', 'loss.size.integer-2': 9 })).toEqual({ size: 9 });
  });
});

describe('componentSpace', () => {
  const component = (name: string, settings: z.ZodObject) =>
    defineComponent({
      kind: 'schedule',
      name,
      summary: 'Of a test.',
      settings,
      needs: {},
      create: () => ({}) as never,
    });
  const registry = new Registry().use(
    definePlugin({
      name: 'distiller-plugin-toy',
      components: [
        component('linear', z.strictObject({ warmup: z.number().min(0).max(0.5).default(0) })),
        component('cosine', z.strictObject({ cycles: z.int().min(1).max(4).default(1) })),
      ],
    }),
  );

  it('chooses among components of a plugin, with their settings', () => {
    const { parameters, settings } = componentSpace(registry, {
      at: 'schedule',
      kind: 'schedule',
      use: ['linear', 'cosine'],
      settings: { linear: 'all' },
      stage: 'training',
    });
    expect(parameters).toEqual([
      { name: 'schedule', kind: 'categorical', values: ['linear', 'cosine'], stage: 'training' },
      {
        name: 'schedule.linear.warmup',
        kind: 'float',
        low: 0,
        high: 0.5,
        stage: 'training',
        when: [{ parameter: 'schedule', in: ['linear'] }],
      },
    ]);
    expect(settings({ schedule: 'linear', 'schedule.linear.warmup': 0.1 })).toEqual({
      use: 'linear',
      warmup: 0.1,
    });
    expect(settings({ schedule: 'cosine' })).toEqual({ use: 'cosine' });
  });

  it('needs no choice of one component', () => {
    const { parameters, settings } = componentSpace(registry, {
      at: 'schedule',
      kind: 'schedule',
      use: ['cosine'],
      settings: { cosine: { cycles: true } },
    });
    expect(parameters).toEqual([
      { name: 'schedule.cosine.cycles', kind: 'integer', low: 1, high: 4 },
    ]);
    expect(settings({ 'schedule.cosine.cycles': 3 })).toEqual({ use: 'cosine', cycles: 3 });
  });

  it('names the component and its place in errors', () => {
    const choice = { at: 's', kind: 'schedule', use: ['linear'] };
    expect(() =>
      componentSpace(registry, { ...choice, settings: { linear: { warm: true } } }),
    ).toThrow('schedule "linear" at "s" has a problem:\n  "warm" is no setting');
    expect(() => componentSpace(registry, { ...choice, settings: { linaer: 'all' } })).toThrow(
      '"settings" at "s" names "linaer", which is not in "use". Did you mean "linear"?',
    );
    expect(() => componentSpace(registry, { ...choice, use: ['linea'] })).toThrow(
      'No schedule is called "linea". Did you mean "linear"?',
    );
  });
});
