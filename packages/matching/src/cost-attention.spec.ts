import { describe, expect, it } from '@jest/globals';
import { costAttention } from './cost-attention.js';
import { transport } from './transport.js';

const COSTS = [
  [0.2, 0.9, 0.5],
  [0.7, 0.1, 0.6],
];
const UNIFORM = { student: [0.5, 0.5], teacher: [1 / 3, 1 / 3, 1 / 3] };

describe('costAttention', () => {
  it('matches the reference on both sides', () => {
    const flow = transport(COSTS, UNIFORM.student, UNIFORM.teacher);
    // unit costs: student .3, .26666667; teacher .2, .1, .55
    const { student, teacher } = costAttention(COSTS, flow, UNIFORM, 1);
    [0.44124493, 0.55875507].forEach((share, j) => expect(student[j]).toBeCloseTo(share, 8));
    [0.01405041, 0.98500961, 0.00093998].forEach((share, i) =>
      expect(teacher[i]).toBeCloseTo(share, 8),
    );
  });

  it('is nearer to uniform at a higher temperature', () => {
    const flow = transport(COSTS, UNIFORM.student, UNIFORM.teacher);
    const [cold, hot] = [1, 10].map((t) => costAttention(COSTS, flow, UNIFORM, t).teacher);
    expect(Math.max(...(hot ?? []))).toBeLessThan(Math.max(...(cold ?? [])));
  });

  it('gives a layer that costs nothing 0 in the softmax', () => {
    // Only student 1 pays: unit costs (0, 1), total 1, scores (0, 1/1): softmax(0, 1)
    const flow = [[0.5, 0], [0, 0.5]]; // prettier-ignore
    const { student } = costAttention([[0, 1], [1, 1]], flow, { student: [0.5, 0.5], teacher: [0.5, 0.5] }, 1); // prettier-ignore
    expect(student[0]).toBeCloseTo(1 / (1 + Math.E), 8);
  });
});
