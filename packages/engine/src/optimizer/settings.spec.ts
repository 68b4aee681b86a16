import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { adamwComponent } from './adamw.js';
import { sgdComponent } from './sgd.js';
import { constantScheduleComponent } from '../schedule/constant.js';
import { cosineScheduleComponent } from '../schedule/cosine.js';
import { linearScheduleComponent } from '../schedule/linear.js';

describe('settings in a recipe', () => {
  it.each([
    [adamwComponent, { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.01, groups: [] }],
    [sgdComponent, { momentum: 0, nesterov: false, weightDecay: 0, groups: [] }],
    [linearScheduleComponent, { warmup: 0.1 }],
    [cosineScheduleComponent, { warmup: 0.1 }],
    [constantScheduleComponent, { warmup: 0 }],
  ])('have defaults, refuse strangers and can be listed', (component, defaults) => {
    expect(component.settings.parse({})).toEqual(defaults);
    expect(component.settings.safeParse({ warmUp: 1 }).success).toBe(false);
    expect(Object.keys(z.toJSONSchema(component.settings).properties ?? {})).toEqual(
      expect.arrayContaining(Object.keys(defaults)),
    );
  });

  it('reach the optimizer', async () => {
    const settings = adamwComponent.settings.parse({
      weightDecay: 0.5,
      groups: [{ match: '^head', learningRateScale: 0 }],
    });
    const optimizer = await adamwComponent.create(settings, {});
    const one = () => ({ dtype: 'float32' as const, shape: [1], data: Float32Array.of(1) });
    const weights = { 'head.weight': one(), 'body.weight': one() };
    optimizer.start(weights).update(weights, [{}], { learningRate: 1, gradientScale: 1 });
    expect([weights['head.weight'].data[0], weights['body.weight'].data[0]]).toEqual([1, 0.5]);
  });

  it('name a group whose pattern is broken', () => {
    const { error } = adamwComponent.settings.safeParse({ groups: [{ match: '(' }] });
    expect(error?.issues).toMatchObject([
      { path: ['groups', 0, 'match'], message: 'Not a regular expression' },
    ]);
  });
});
