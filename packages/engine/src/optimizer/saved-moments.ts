import { DistillerError, type HostTensor, type HostTensors } from '@distiller/core';

/** The running averages of one parameter. */
export interface Moments {
  /** Of the parameter. */
  readonly name: string;
  readonly shape: readonly number[];
  /** One array for every name in the rule's list. */
  readonly moments: readonly Float32Array[];
}

/** The step count as `step`, int32 [1], and copies of the averages as `moment1/encoder.layer.0…`. */
export function saveMoments(
  step: number,
  momentNames: readonly string[],
  parameters: readonly Moments[],
): HostTensors {
  const saved: Record<string, HostTensor> = {
    step: { dtype: 'int32', shape: [1], data: Int32Array.of(step) },
  };
  for (const { name, shape, moments } of parameters) {
    momentNames.forEach((moment, k) => {
      const data = (moments[k] as Float32Array).slice();
      saved[`${moment}/${name}`] = { dtype: 'float32', shape, data };
    });
  }
  return saved;
}

/**
 * Copies saved averages back.
 *
 * @returns the step count.
 * @throws DistillerError `input`, before anything is changed, when they belong to other parameters.
 */
export function restoreMoments(
  saved: HostTensors,
  rule: { readonly name: string; readonly moments: readonly string[] },
  parameters: readonly Moments[],
): number {
  const expected = new Map<string, Pick<HostTensor, 'dtype' | 'shape'>>([
    ['step', { dtype: 'int32', shape: [1] }],
  ]);
  for (const { name, shape } of parameters) {
    for (const moment of rule.moments)
      expected.set(`${moment}/${name}`, { dtype: 'float32', shape });
  }
  const mismatch = (what: string) =>
    new DistillerError(
      'input',
      `${rule.name}: the saved optimizer state does not fit the model: ${what}. Resume with the recipe that wrote it.`,
    );
  for (const [name, { dtype, shape }] of expected) {
    const found = saved[name];
    if (found?.dtype === dtype && found.shape.join() === shape.join()) continue;
    const given = found ? `${found.dtype} [${found.shape.join(', ')}]` : 'missing';
    throw mismatch(`"${name}" is ${given} but must be ${dtype} [${shape.join(', ')}]`);
  }
  const unknown = Object.keys(saved).find((name) => !expected.has(name));
  if (unknown !== undefined) throw mismatch(`"${unknown}" belongs to none of its parameters`);

  for (const { name, moments } of parameters) {
    rule.moments.forEach((moment, k) => {
      moments[k]?.set(saved[`${moment}/${name}`]?.data as Float32Array);
    });
  }
  return saved['step']?.data[0] as number;
}
