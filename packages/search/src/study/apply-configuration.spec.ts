import { describe, expect, it } from '@jest/globals';
import { applyConfiguration, mergePatch } from './apply-configuration.js';

const RECIPE = {
  student: { use: 'bert', layers: 2, tokenizer: 'teacher' },
  objectives: [{ use: 'soft-cross-entropy', weight: 1 }],
  mixup: { alpha: 0.4 },
};

const space = { parameters: [] };

describe('applyConfiguration', () => {
  it('sets the setting that a parameter names', () => {
    const share = {
      name: 'share',
      kind: 'ordered',
      values: [1, 2],
      setting: 'mixup.alpha',
    } as const;
    const changed = applyConfiguration(
      RECIPE,
      { share: 2 },
      { patches: {}, space: { parameters: [share] } },
    );
    expect(changed).toEqual({ ...RECIPE, mixup: { alpha: 2 } });
  });

  it('sets settings by their paths and patches by values, in the order of the parameters', () => {
    const patches = {
      loss: {
        none: {},
        mse: { intermediate: [{ use: 'hidden-mse', matching: { use: 'skip' } }] },
      },
      mixed: { true: {}, false: { mixup: null } },
    };
    const changed = applyConfiguration(
      RECIPE,
      {
        'objectives.0.weight': 0.5,
        loss: 'mse',
        'intermediate.0.matching.use': 'last',
        mixed: false,
      },
      { patches, space },
    );
    expect(changed).toEqual({
      student: RECIPE.student,
      objectives: [{ use: 'soft-cross-entropy', weight: 0.5 }],
      intermediate: [{ use: 'hidden-mse', matching: { use: 'last' } }],
    });
    expect(RECIPE.objectives[0]?.weight).toBe(1);
    expect(applyConfiguration(RECIPE, { loss: 'none', mixed: true }, { patches, space })).toEqual(
      RECIPE,
    );
  });

  it('keeps a text a text, whatever it looks like', () => {
    expect(applyConfiguration({}, { name: '1e3', flag: true }, { patches: {}, space })).toEqual({
      name: '1e3',
      flag: true,
    });
  });

  it('says where a path leads nowhere', () => {
    expect(() =>
      applyConfiguration(RECIPE, { 'objectives.2.weight': 1 }, { patches: {}, space }),
    ).toThrow(/objectives is a list of 1/);
  });
});

describe('mergePatch', () => {
  // RFC 7396, Appendix A, except for what lists of components need.
  it.each<[unknown, unknown, unknown]>([
    [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
    [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
    [{ a: 'b' }, { a: null }, {}],
    [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
    [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
    [{ a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }],
    [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
  ])('of %j with %j is %j', (target, patch, merged) => {
    expect(mergePatch(target, patch)).toEqual(merged);
  });

  it('keeps the settings of a component that stays, and drops those of one that goes', () => {
    const { student } = RECIPE;
    expect(mergePatch(RECIPE, { student: { layers: 4 } })).toMatchObject({
      student: { ...student, layers: 4 },
    });
    expect(mergePatch(RECIPE, { student: { use: 'bert', layers: 4 } })).toMatchObject({
      student: { ...student, layers: 4 },
    });
    expect(mergePatch(RECIPE, { student: { use: 'bilstm', hiddenSize: 8 } })).toEqual({
      ...RECIPE,
      student: { use: 'bilstm', hiddenSize: 8 },
    });
  });
});
