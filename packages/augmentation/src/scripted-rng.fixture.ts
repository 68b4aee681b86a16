import { createRng, type Rng } from '@distiller/core';

export interface Script {
  readonly uniform?: readonly number[];
  readonly integer?: readonly number[];
  /** The beginning of the one permutation; the rest follows in order. */
  readonly permutation?: readonly number[];
}

/** A stream that draws what a test says, and fails when more is drawn. */
export function scriptedRng({ uniform = [], integer = [], permutation }: Script): Rng {
  const uniforms = [...uniform];
  const integers = [...integer];
  const next = (values: number[]) => {
    const value = values.shift();
    if (value === undefined) throw new Error('more was drawn than the test foresees');
    return value;
  };
  return {
    ...createRng(0),
    uniform: () => next(uniforms),
    integer: () => next(integers),
    permutation(n) {
      if (!permutation) throw new Error('a permutation was drawn');
      const rest = Array.from({ length: n }, (_, i) => i).filter((i) => !permutation.includes(i));
      return Uint32Array.from([...permutation, ...rest]);
    },
  };
}
