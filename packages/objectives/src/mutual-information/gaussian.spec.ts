import { expect, it, jest } from '@jest/globals';
import {
  createRng,
  type IntermediateObjective,
  type RepresentationLossInput,
} from '@distiller/core';
import { adamw } from '@distiller/engine';
import { createOnnxEngine } from '@distiller/engine-onnx';
import { small } from './critics.fixture.js';
import { miAlphaComponent } from './mi-alpha.js';

jest.setTimeout(60_000);

const [SIZE, DIMENSIONS, RHO, STEPS] = [16, 10, 0.95, 150];
/** −D/2 · log(1 − ρ²) */
const TRUTH = (-DIMENSIONS / 2) * Math.log(1 - RHO * RHO);

/** x ~ N(0, I), y = ρ x + √(1 − ρ²) ε, as texts of one token. */
function pairs(step: number) {
  const rng = createRng(step);
  const student = rng.derive('x').normals(SIZE * DIMENSIONS);
  const noise = rng.derive('noise').normals(SIZE * DIMENSIONS);
  const teacher = student.map((x, i) => RHO * x + Math.sqrt(1 - RHO * RHO) * (noise[i] as number));
  const array = (data: Float32Array, shape: number[]) => ({
    dtype: 'float32' as const,
    shape,
    data,
  });
  return {
    student: array(student, [SIZE, 1, DIMENSIONS]),
    teacher: array(teacher, [SIZE, 1, DIMENSIONS]),
    mask: array(new Float32Array(SIZE).fill(1), [SIZE, 1]),
  };
}

/** The bound that a critic reaches, averaged over fresh batches. */
async function trained(alpha: number): Promise<number> {
  const critic = small({ kind: 'mlp', hidden: 32, layers: 2, out: 16, temperature: 0.1 });
  const objective = miAlphaComponent.create({ alpha, critic }, {}) as IntermediateObjective;
  const shape = { studentSize: DIMENSIONS, teacherSize: DIMENSIONS };
  const engine = await createOnnxEngine({ threads: 1 });
  const training = await engine.training(
    (params, inputs, context) => ({
      loss: objective.loss({ ...(inputs as unknown as RepresentationLossInput), params, context }),
      outputs: {},
    }),
    objective.parameters?.(shape, createRng(1)) ?? {},
    adamw(),
  );
  try {
    let sum = 0;
    for (let step = 0; step < STEPS + 25; step++) {
      const learningRate = step < STEPS ? 5e-3 : 0;
      const { loss } = await training.step([pairs(step)], { seed: 1, step, learningRate });
      if (step >= STEPS) sum -= loss / 25;
    }
    return sum;
  } finally {
    await training.dispose();
    await engine.dispose();
  }
}

// tools/checks/gaussian-mutual-information.mjs does this at length.
it('I₁ stops at log(K − 1), a smaller α passes it, and neither passes the truth', async () => {
  const [one, less] = [await trained(1), await trained(0.1)];
  const most = Math.log(SIZE - 1);
  expect(one).toBeLessThanOrEqual(most);
  expect(one).toBeGreaterThan(0.85 * most);
  expect(less).toBeGreaterThan(most);
  expect(less).toBeLessThan(TRUTH);
});
