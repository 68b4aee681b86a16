import { readFileSync } from 'node:fs';
import { fingerprint, type TokenizerModel, type Weights } from '@distiller/core';
import type { Family, TransformerConfig } from './config.js';
import { fileName } from './names.js';
import { parameterShapes } from './parameters.js';

/** What transformers computes for a tiny model; see tools/golden/transformer_goldens.py. */
export interface Golden {
  readonly config: Record<string, unknown>;
  readonly parameters: Readonly<Record<string, readonly number[]>>;
  readonly inputs: Readonly<Record<'ids' | 'mask' | 'types', number[][]>>;
  readonly logits: readonly number[];
  readonly hidden: readonly (readonly number[])[];
  readonly attentions: readonly (readonly number[])[];
}

export const GOLDENS = JSON.parse(
  readFileSync(new URL('../goldens/forward.json', import.meta.url), 'utf8'),
) as Readonly<Record<Family, Golden>>;

/** The mixed half of a batch as transformers computes it from word vectors that were mixed by hand. */
export const MIXUP_GOLDENS = JSON.parse(
  readFileSync(new URL('../goldens/mixup.json', import.meta.url), 'utf8'),
) as {
  readonly lambda: number;
  readonly permutation: readonly number[];
  readonly families: Readonly<
    Partial<
      Record<
        Family,
        Readonly<
          Record<'union' | 'first', { readonly logits: number[]; readonly hidden: number[] }>
        >
      >
    >
  >;
};

/** The weights of the goldens: 0.4 sin((i + 1)² (1 + code sum of the family's name mod 97) / 7), plus 1 for the scale of a norm. */
export function formulaWeights(config: TransformerConfig): Weights {
  return Object.fromEntries(
    [...parameterShapes(config)].map(([name, shape]) => {
      const theirs = fileName(config, name);
      const sum = [...Buffer.from(theirs)].reduce((total, code) => total + code, 0);
      const frequency = (1 + (sum % 97)) / 7;
      const offset = /norm/i.test(theirs) && theirs.endsWith('.weight') ? 1 : 0;
      const size = shape.reduce((product, length) => product * length, 1);
      const data = Float32Array.from(
        { length: size },
        (_, i) => offset + 0.4 * Math.sin((i + 1) * (i + 1) * frequency),
      );
      return [name, { dtype: 'float32', shape, data }];
    }),
  );
}

/** The values of a parameter that must be there. */
export function valuesOf(weights: Weights, name: string): Float32Array {
  const parameter = weights[name];
  if (!parameter) throw new Error(`no parameter ${name}`);
  return parameter.data;
}

/** A tokenizer of nothing, for models whose text is never read. */
export function tokenizerStub(vocabularySize: number): TokenizerModel {
  return {
    fingerprint: fingerprint('stub', String(vocabularySize)),
    vocabularySize,
    padId: 0,
    encode: () => ({ ids: [2, 3], types: [0, 0] }),
    files: () => ({ 'tokenizer.json': '{}' }),
  };
}
