import type { Parameter, Rng, Weights } from '@distiller/core';

/** Standard deviation of the initial projection weights, as in the reference implementation (spec: N(0, 0.02)). */
const INITIAL_DEVIATION = 0.02;

/** Weights of a learned linear map from the student's width to the teacher's: `weight` [out, in], `bias` [out] of zeros. */
export function projectionWeights(studentSize: number, teacherSize: number, rng: Rng): Weights {
  const values = rng.normals(teacherSize * studentSize).map((value) => value * INITIAL_DEVIATION);
  const weight: Parameter = { dtype: 'float32', shape: [teacherSize, studentSize], data: values };
  const bias: Parameter = {
    dtype: 'float32',
    shape: [teacherSize],
    data: new Float32Array(teacherSize),
  };
  return { weight, bias };
}
