import {
  DistillerError,
  type Gradients,
  type HostTensors,
  type Optimizer,
  type Weights,
} from '@distiller/core';

/**
 * The plainest optimizer with a state, for the checks alone: v ← 0.9 v + g, w ← w − rate · v. An engine is
 * checked with it rather than with a real one, whose own faults would then look like the engine's.
 */
export const momentum: Optimizer = {
  name: 'momentum',
  start(weights) {
    const velocity = zerosLike(weights);
    return {
      update(current, gradients, { learningRate, gradientScale }) {
        const total = zerosLike(current);
        for (const part of gradients) accumulate(total, part, gradientScale);
        const squares = Object.values(total).flatMap((values) => [...values].map((g) => g * g));
        const norm = Math.sqrt(squares.reduce((sum, square) => sum + square, 0));
        if (!Number.isFinite(norm)) {
          throw new DistillerError('numeric', 'a gradient is not finite.');
        }
        for (const [name, { data }] of Object.entries(current)) {
          const v = velocity[name] as Float32Array;
          const g = total[name] as Float32Array;
          for (let i = 0; i < data.length; i++) {
            v[i] = 0.9 * (v[i] as number) + (g[i] as number);
            (data[i] as number) -= learningRate * (v[i] as number);
          }
        }
        return norm;
      },
      snapshot: () =>
        Object.fromEntries(
          Object.entries(velocity).map(([name, values]) => [
            `velocity/${name}`,
            { dtype: 'float32', shape: [values.length], data: values.slice() },
          ]),
        ),
      restore: (state: HostTensors) => {
        for (const [name, values] of Object.entries(velocity)) {
          values.set((state[`velocity/${name}`] as HostTensors[string]).data);
        }
      },
    };
  },
};

function accumulate(total: Record<string, Float32Array>, gradients: Gradients, scale: number) {
  for (const [name, gradient] of Object.entries(gradients)) {
    const sum = total[name] as Float32Array;
    gradient.values.forEach((value, i) => {
      const { kind } = gradient;
      const place =
        kind === 'dense'
          ? i
          : (gradient.rows[Math.floor(i / gradient.width)] as number) * gradient.width +
            (i % gradient.width);
      (sum[place] as number) += scale * value;
    });
  }
}

function zerosLike(weights: Weights): Record<string, Float32Array> {
  return Object.fromEntries(
    Object.entries(weights).map(([name, { data }]) => [name, new Float32Array(data.length)]),
  );
}
