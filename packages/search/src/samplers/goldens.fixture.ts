import { readFileSync } from 'node:fs';
import type { ParameterValue, SearchParameter } from '../space.js';

/** Written by tools/golden/search_goldens.py. */
interface Goldens {
  readonly priorWeight: number;
  readonly parzen: readonly {
    readonly name: string;
    readonly parameters: readonly SearchParameter[];
    readonly observations: readonly (readonly ParameterValue[])[];
    readonly points: readonly (readonly ParameterValue[])[];
    /** Over places in [0, 1]. */
    readonly logDensities: readonly number[];
  }[];
  readonly hypervolumes: readonly {
    readonly points: readonly (readonly number[])[];
    readonly reference: readonly number[];
    readonly volume: number;
  }[];
  /** Points 1, 7, 25 and 39 of the plain sequence. */
  readonly halton: readonly (readonly number[])[];
  readonly normal: readonly (readonly [x: number, probability: number])[];
}

export const GOLDENS = JSON.parse(
  readFileSync(new URL('../../goldens/search.json', import.meta.url), 'utf8'),
) as Goldens;
