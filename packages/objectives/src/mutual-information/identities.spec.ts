import { describe, expect, it } from '@jest/globals';
import { createRng } from '@distiller/core';
import * as tf from '@tensorflow/tfjs';
import { hiddenCosine } from '../hidden-cosine.js';
import { hiddenMse } from '../hidden-mse.js';
import { softCrossEntropy } from '../soft-cross-entropy.js';
import { contrastiveLoss } from './crd.js';
import { matrix, valueOf } from './golden-scores.fixture.js';
import { infoNce } from './info-nce.js';
import { interpolatedBound } from './mi-alpha.js';
import { nwj } from './nwj.js';

// What docs/mutual-information.md derives. Rows are texts of one token; everything on the left is a log-likelihood
// worked out from the density, everything on the right an objective.
const [TEXTS, WIDTH] = [5, 4];
const rng = createRng(12);
const draw = (name: string) => {
  const values = rng.derive(name).normals(TEXTS * WIDTH);
  return Array.from({ length: TEXTS }, (_, i) => [...values.subarray(i * WIDTH, (i + 1) * WIDTH)]);
};
const [STUDENT, OTHER, TEACHER] = [draw('student'), draw('other'), draw('teacher')];

type Rows = readonly (readonly number[])[];
type LogLikelihood = (t: readonly number[], s: readonly number[]) => number;

const dot = (a: readonly number[], b: readonly number[]) =>
  a.reduce((sum, x, i) => sum + x * (b[i] as number), 0);
const norm = (a: readonly number[]) => Math.sqrt(dot(a, a));
const minus = (a: readonly number[], b: readonly number[]) => a.map((x, i) => x - (b[i] as number));
const scaled = (a: readonly number[], factor: number) => a.map((x) => x * factor);
const unit = (a: readonly number[]) => scaled(a, 1 / norm(a));
const mean = (values: readonly number[]) => values.reduce((a, b) => a + b) / values.length;
const logSoftmax = (a: readonly number[]) => {
  const total = Math.log(a.reduce((sum, x) => sum + Math.exp(x), 0));
  return a.map((x) => x - total);
};

/** E log q(t|s) over the texts. */
const expected = (logQ: LogLikelihood, student: Rows) =>
  mean(student.map((s, i) => logQ(TEACHER[i] as number[], s)));

/** An objective on hidden states, for texts of one token. */
function hidden(objective: typeof hiddenMse, student: Rows): number {
  return tf.tidy(() => {
    const states = (rows: Rows) => tf.tensor3d(rows.map((row) => [[...row]]));
    const mask = tf.ones([TEXTS, 1]) as tf.Tensor2D;
    return objective({
      student: states(student),
      teacher: states(TEACHER),
      mask,
    }).dataSync()[0] as number;
  });
}

/** log of the modified Bessel function I₁, by its series; a von Mises–Fisher density in 4 dimensions is normalised by it. */
function logBessel(x: number): number {
  let [term, sum] = [x / 2, x / 2];
  for (let k = 1; k < 60; k++) {
    term *= ((x / 2) * (x / 2)) / (k * (k + 1));
    sum += term;
  }
  return Math.log(sum);
}

/** That the bound is `slope` times the loss and a constant, for two students: the constant is then the same. */
function expectAffine(
  logQ: LogLikelihood,
  loss: (student: Rows) => number,
  slope: number,
  constant: number,
) {
  for (const student of [STUDENT, OTHER]) {
    expect(expected(logQ, student)).toBeCloseTo(slope * loss(student) + constant, 4);
  }
}

describe('objectives as bounds of Barber and Agakov, E log q(t|s) + H(T)', () => {
  it('hidden-mse is that of a Gaussian', () => {
    const variance = 0.7;
    // log N(t; s, σ² I) = −‖t − s‖²/(2σ²) − D/2 · log(2πσ²)
    const logQ: LogLikelihood = (t, s) =>
      minus(t, s)
        .map((d) => -(d * d) / (2 * variance) - 0.5 * Math.log(2 * Math.PI * variance))
        .reduce((a, b) => a + b);
    expectAffine(
      logQ,
      (student) => hidden(hiddenMse, student),
      -WIDTH / (2 * variance),
      (-WIDTH / 2) * Math.log(2 * Math.PI * variance),
    );
  });

  it('the distance that is not squared is that of q ∝ exp(−‖t − s‖/b)', () => {
    const b = 0.7;
    // ∫ exp(−‖u‖/b) du over R⁴ = area of the unit sphere · ∫ r³ exp(−r/b) dr = 2π² · 6b⁴
    const constant = -Math.log(2 * Math.PI ** 2 * 6 * b ** 4);
    const logQ: LogLikelihood = (t, s) => -norm(minus(t, s)) / b + constant;
    const distance = (student: Rows) =>
      mean(student.map((s, i) => norm(minus(s, TEACHER[i] as number[]))));
    expectAffine(logQ, distance, -1 / b, constant);
    // The constant is that of a density: Σ q over a ball of samples, by spheres of radius r.
    const [step, reach] = [1e-3, 40 * b];
    let mass = 0;
    for (let r = step / 2; r < reach; r += step) {
      mass += 2 * Math.PI ** 2 * r ** 3 * Math.exp(-r / b + constant) * step;
    }
    expect(mass).toBeCloseTo(1, 5);
  });

  it('hidden-cosine is that of a von Mises–Fisher distribution of directions, and so is PKD', () => {
    const kappa = 3;
    // On the sphere of R⁴: log C + κ cos, C = κ / (4π² I₁(κ))
    const logC = Math.log(kappa) - Math.log(4 * Math.PI ** 2) - logBessel(kappa);
    const logQ: LogLikelihood = (t, s) => kappa * dot(unit(t), unit(s)) + logC;
    expectAffine(logQ, (student) => hidden(hiddenCosine, student), -kappa, kappa + logC);
    // ‖ŝ − t̂‖² = 2 − 2 cos
    const pkd = (student: Rows) =>
      mean(student.map((s, i) => norm(minus(unit(s), unit(TEACHER[i] as number[]))) ** 2));
    expectAffine(logQ, pkd, -kappa / 2, kappa + logC);
    // The constant is that of a density: ∫ C exp(κ cos φ) 4π sin² φ dφ = 1
    let mass = 0;
    for (let phi = 5e-4; phi < Math.PI; phi += 1e-3) {
      mass += Math.exp(logC + kappa * Math.cos(phi)) * 4 * Math.PI * Math.sin(phi) ** 2 * 1e-3;
    }
    expect(mass).toBeCloseTo(1, 5);
  });

  it('cross-entropy is that of a categorical variable drawn from the softmax of the teacher', () => {
    // Z ~ softmax(t), q(z|s) = softmax(s)_z: E log q = Σ_z p_z log q_z
    const logQ: LogLikelihood = (t, s) => dot(logSoftmax(t).map(Math.exp), logSoftmax(s));
    const crossEntropy = (student: Rows) =>
      tf.tidy(
        () =>
          softCrossEntropy(matrix(student), matrix(TEACHER), {
            temperature: 1,
            tauSquared: false,
          }).dataSync()[0] as number,
      );
    expectAffine(logQ, crossEntropy, -1, 0);
  });
});

describe('objectives without a density of the teacher', () => {
  /** Scores of a Gaussian q: log N(t_i; s_j, σ² I), up to a constant. */
  const scores = TEACHER.map((t) => STUDENT.map((s) => -(norm(minus(t, s)) ** 2) / 2));

  it('a score may be shifted for each teacher representation under InfoNCE and α = 1', () => {
    const shifted = scores.map((row, i) => row.map((score) => score + 3 * i - 2));
    expect(valueOf(infoNce, shifted, [])).toBeCloseTo(valueOf(infoNce, scores, []), 4);
    const atOne = (rows: number[][]) =>
      valueOf((f) => interpolatedBound(f, undefined, 1), rows, []);
    expect(atOne(shifted)).toBeCloseTo(atOne(scores), 4);
  });

  it('InfoNCE is the cross-entropy of finding the student among the batch', () => {
    // Barber–Agakov for the place Z of the text in the batch: H(Z) = log K, q(z|s, t) = softmax of the row.
    const rows = scores.map((row, i) => logSoftmax(row)[i] as number);
    expect(valueOf(infoNce, scores, [])).toBeCloseTo(Math.log(TEXTS) + mean(rows), 5);
  });

  it('I_α is NWJ at α = 0 with log q = 1', () => {
    const atZero = valueOf(
      (f, b) => interpolatedBound(f, b, 0),
      scores,
      scores.map(() => 1),
    );
    expect(atZero).toBeCloseTo(valueOf(nwj, scores, []), 5);
  });

  it('I_α goes from one end to the other without a jump', () => {
    const baseline = scores.map((_, i) => 0.1 * i - 2);
    const at = (alpha: number) =>
      valueOf((f, b) => interpolatedBound(f, b, alpha), scores, baseline);
    expect(at(1e-6)).toBeCloseTo(at(0), 3);
    expect(at(1 - 1e-6)).toBeCloseTo(at(1), 3);
  });

  it('CRD bounds information: log N − loss is below the bound of its critic', () => {
    // I ≥ log N + mean log h(F_ii) ≥ log N − loss, since −log(1 − h) ≥ 0 (Tian et al. 2020, §3.1)
    const loss = valueOf((f) => contrastiveLoss(f, 1), scores, []);
    const logH = scores.map((row, i) => -Math.log1p((TEXTS - 1) * Math.exp(-(row[i] as number))));
    expect(-loss).toBeLessThanOrEqual(mean(logH) + 1e-6);
  });
});
