import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  createRng,
  type Engine,
  type IntermediateObjective,
  type Program,
  type RepresentationLossInput,
} from '@distiller/core';
import { createEagerEngine } from '@distiller/engine';
import { createOnnxEngine } from '@distiller/engine-onnx';
import { agreement, intermediateChecks } from '@distiller/testing';
import { crdComponent } from './crd.js';
import { lossOf, small, SMALL_CRITICS, states } from './critics.fixture.js';
import { donskerVaradhanComponent } from './donsker-varadhan.js';
import { infoNceComponent } from './info-nce.js';
import { jensenShannonBound, jensenShannonMiComponent } from './jensen-shannon-mi.js';
import { miAlphaComponent } from './mi-alpha.js';
import { mutualInformation } from './mutual-information.js';
import { nwjComponent } from './nwj.js';
import { tubaComponent } from './tuba.js';

/** A linear critic, which is smooth: the bounds are what is looked at. */
const critic = small({ kind: 'mlp', layers: 1 });
const CRD = {
  size: 3,
  temperature: 0.5,
  population: 1,
  pool: 'cls',
  tokens: 4,
  shared: false,
} as const;
const made = (objective: unknown) => objective as IntermediateObjective;

const OBJECTIVES: readonly (readonly [string, IntermediateObjective])[] = [
  ...[0, 0.5, 1].map(
    (alpha) => [`mi-alpha ${alpha}`, made(miAlphaComponent.create({ alpha, critic }, {}))] as const,
  ),
  ...SMALL_CRITICS.map(
    ([name, settings]) =>
      [
        `mi-alpha 1, ${name}`,
        made(miAlphaComponent.create({ alpha: 0.9, critic: settings }, {})),
      ] as const,
  ),
  ['info-nce', made(infoNceComponent.create({ critic }, {}))],
  ['tuba', made(tubaComponent.create({ critic }, {}))],
  ['nwj', made(nwjComponent.create({ critic }, {}))],
  ['donsker-varadhan', made(donskerVaradhanComponent.create({ critic }, {}))],
  [
    'jensen-shannon',
    mutualInformation({ critic, readsBaseline: false, bound: jensenShannonBound }),
  ],
  ['crd', made(crdComponent.create(CRD, {}))],
];

const straightThrough = made(jensenShannonMiComponent.create({ critic }, {}));

describe.each(OBJECTIVES)('%s', (name, objective) => {
  // Hundreds of parameters in the blocks, which the transformer's own tests look at.
  const left = (check: string) => name.includes('Transformer') && check.includes('own parameters');
  const checks = intermediateChecks.filter((check) => !left(check.name));
  it.each(checks.map((check) => [check.name, check] as const))('%s', (_, check) =>
    check.run(objective),
  );
});

describe('jensen-shannon-mi', () => {
  // Its value is not what its gradient is of.
  const checks = intermediateChecks.filter(({ name }) => !name.includes('finite differences'));
  it.each(checks.map((check) => [check.name, check] as const))('%s', (_, check) =>
    check.run(straightThrough),
  );
});

describe('on engines', () => {
  let eager: Engine;
  let compiled: Engine;
  beforeAll(async () => {
    eager = await createEagerEngine({ backend: 'cpu' });
    compiled = await createOnnxEngine();
  });
  afterAll(async () => {
    await eager.dispose();
    await compiled.dispose();
  });

  /** A training step with dropout, student and teacher of different widths. */
  it.each([
    ...OBJECTIVES,
    ['jensen-shannon-mi', straightThrough] as const,
    [
      'an MLP with dropout',
      mutualInformation({
        critic: small({ kind: 'mlp', dropout: 0.2, hidden: 8 }),
        readsBaseline: false,
        bound: jensenShannonBound,
      }),
    ] as const,
  ])('%s computes the same compiled and eagerly', async (_, objective) => {
    const inputs = states([4, 2, 1, 3], 4, 6);
    const weights = objective.parameters?.({ studentSize: 4, teacherSize: 6 }, createRng(3)) ?? {};
    const program: Program = (params, tensors, context) => ({
      loss: objective.loss({ ...(tensors as unknown as RepresentationLossInput), params, context }),
      outputs: {},
    });
    const { worst } = await agreement(compiled, eager, 1e-4, { program, weights, inputs });
    expect(worst).toBeLessThan(1e-4);
  });
});

describe('the critic', () => {
  const twoLayers = small({ kind: 'mlp', layers: 2 });
  const objective = made(miAlphaComponent.create({ alpha: 0.9, critic: twoLayers }, {}));
  const weights = objective.parameters?.({ studentSize: 4, teacherSize: 6 }, createRng(3)) ?? {};

  it('has a network for each side, a baseline and the logarithm of the temperature', () => {
    const shapes = Object.entries(weights).map(([name, { shape }]) => `${name} ${shape.join('×')}`);
    expect(shapes).toEqual([
      'student.layer.0.weight 4×4',
      'student.layer.0.bias 4',
      'student.layer.1.weight 3×4',
      'student.layer.1.bias 3',
      'teacher.layer.0.weight 4×6',
      'teacher.layer.0.bias 4',
      'teacher.layer.1.weight 3×4',
      'teacher.layer.1.bias 3',
      'baseline.layer.0.weight 4×6',
      'baseline.layer.0.bias 4',
      'baseline.layer.1.weight 1×4',
      'baseline.layer.1.bias 1',
      'logTemperature 1',
    ]);
    expect(weights['logTemperature']?.data[0]).toBeCloseTo(Math.log(0.5), 6);
  });

  it('has no baseline where the bound reads none, and the temperature of crd is no parameter', () => {
    const names = (of: IntermediateObjective) =>
      Object.keys(of.parameters?.({ studentSize: 4, teacherSize: 6 }, createRng(3)) ?? {});
    const atOne = made(miAlphaComponent.create({ alpha: 1, critic }, {}));
    expect(names(atOne).some((name) => name.startsWith('baseline'))).toBe(false);
    expect(names(made(crdComponent.create(CRD, {})))).toEqual([
      'student.layer.0.weight',
      'student.layer.0.bias',
      'teacher.layer.0.weight',
      'teacher.layer.0.bias',
    ]);
  });

  it('shares its parameters when asked to', () => {
    expect(objective.sharesParameters).toBe(false);
    const shared = { ...critic, shared: true };
    expect(made(infoNceComponent.create({ critic: shared }, {})).sharesParameters).toBe(true);
  });

  it.each(SMALL_CRITICS)('%s gives the same when texts are padded further', (...[, settings]) => {
    const of = made(miAlphaComponent.create({ alpha: 0.5, critic: settings }, {}));
    const params = of.parameters?.({ studentSize: 4, teacherSize: 6 }, createRng(3)) ?? {};
    const short = states([3, 2, 1], 4, 6);
    const padded = (array: (typeof short)['mask'], value: number) => {
      const [texts, length, width = 1] = array.shape as [number, number, number?];
      const data = new Float32Array(texts * (length + 2) * width).fill(value);
      for (let text = 0; text < texts; text++) {
        const row = array.data.subarray(text * length * width, (text + 1) * length * width);
        data.set(row, text * (length + 2) * width);
      }
      return { ...array, shape: [texts, length + 2, ...array.shape.slice(2)], data };
    };
    const longer = {
      student: padded(short.student, 9),
      teacher: padded(short.teacher, -7),
      mask: padded(short.mask, 0),
    };
    expect(lossOf(of, longer, params)).toBeCloseTo(lossOf(of, short, params), 5);
  });

  it('refuses heads that do not divide a width, naming the setting', () => {
    const of = made(
      infoNceComponent.create({ critic: small({ kind: 'transformer', heads: 3 }) }, {}),
    );
    expect(() => of.parameters?.({ studentSize: 6, teacherSize: 8 }, createRng(1))).toThrow(
      /critic.heads is 3, which does not divide the width 8/,
    );
  });
});
