import { describe, expect, it } from '@jest/globals';
import { defineComponent, definePlugin, Registry, validateRecipe } from '@distiller/core';
import { z } from 'zod';
import { studyComponents, withDerivedParameters } from './study-components.js';
import { STUDY } from './study-file.js';

const component = (name: string, settings: z.ZodObject) =>
  defineComponent({
    kind: 'objective',
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
      component('soft', z.strictObject({ temperature: z.number().min(1).max(8).default(1) })),
      component('hard', z.strictObject({ smoothing: z.number().min(0).max(0.5).default(0) })),
    ],
  }),
);

const RECIPE = { objectives: [{ use: 'soft', temperature: 2, weight: 0.5 }] };

function open(changes: object) {
  const { space = { parameters: [] }, ...study } = validateRecipe(
    STUDY,
    { recipe: RECIPE, trials: 1, ...changes },
    'study',
  );
  return { study: { ...study, space, recipe: RECIPE }, recipeFolder: '/' };
}

const OBJECTIVE = {
  at: 'objectives.0',
  kind: 'objective',
  use: ['soft', 'hard'],
  settings: { soft: 'all', hard: { smoothing: { values: [0, 0.1] } } },
};

describe('components of a study', () => {
  it('become parameters behind those of the space, which they may depend on', () => {
    const switched = { name: 'vary', kind: 'categorical', values: [false, true] };
    const when = [{ parameter: 'vary', in: [true] }];
    const { study } = withDerivedParameters(
      open({ space: { parameters: [switched] }, components: [{ ...OBJECTIVE, when }] }),
      registry,
    );
    expect(study.space.parameters.map(({ name }) => name)).toEqual([
      'vary',
      'objectives.0',
      'objectives.0.soft.temperature',
      'objectives.0.hard.smoothing',
    ]);
    expect(withDerivedParameters({ study, recipeFolder: '/' }, registry).study).toEqual(study);
    const { apply, names } = studyComponents(study, registry);
    expect([...names]).not.toContain('vary');
    expect(apply(RECIPE, { vary: false })).toBe(RECIPE);
  });

  it('fill their places, and leave what stands there beside their settings', () => {
    const { study } = withDerivedParameters(open({ components: [OBJECTIVE] }), registry);
    const { apply } = studyComponents(study, registry);
    const hard = { 'objectives.0': 'hard', 'objectives.0.hard.smoothing': 0.1 };
    expect(apply(RECIPE, hard)).toEqual({
      objectives: [{ use: 'hard', smoothing: 0.1, weight: 0.5 }],
    });
    expect(apply(RECIPE, { 'objectives.0': 'soft', 'objectives.0.soft.temperature': 4 })).toEqual({
      objectives: [{ use: 'soft', temperature: 4, weight: 0.5 }],
    });
    const added = studyComponents(
      { components: [{ ...OBJECTIVE, at: 'objectives.1' }] } as never,
      registry,
    );
    expect(
      added.apply(RECIPE, { 'objectives.1': 'hard', 'objectives.1.hard.smoothing': 0 }),
    ).toEqual({
      objectives: [...RECIPE.objectives, { use: 'hard', smoothing: 0 }],
    });
  });

  it('need no space beside them, but something must be chosen', () => {
    expect(open({ components: [OBJECTIVE] }).study.space.parameters).toEqual([]);
    expect(() => open({})).toThrow('space: is missing: say what may be chosen');
  });

  it('are refused as their schemas say', () => {
    const wrong = open({ components: [{ ...OBJECTIVE, settings: { soft: { warmth: true } } }] });
    expect(() => withDerivedParameters(wrong, registry)).toThrow(
      'objective "soft" at "objectives.0" has a problem:\n  "warmth" is no setting',
    );
  });
});
