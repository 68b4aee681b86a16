import { defineComponent, type OpenModelOptions } from '@distiller/core';
import { z } from 'zod';
import { FAMILIES, type Family } from './config.js';
import { loadModel } from './load.js';
import type { TransformerModel } from './model.js';

const SOURCES: Readonly<Record<Family, string>> = {
  bert: 'Devlin et al. 2019, arXiv:1810.04805',
  roberta: 'Liu et al. 2019, arXiv:1907.11692',
  distilbert: 'Sanh et al. 2019, arXiv:1910.01108',
  albert: 'Lan et al. 2020, arXiv:1909.11942',
  electra: 'Clark et al. 2020, arXiv:2003.10555',
};

/**
 * Opens a Hugging Face folder of any family that this package knows.
 *
 * @throws DistillerError as `loadModel`.
 */
export function openTransformer(
  folder: string,
  { head, onNotice }: OpenModelOptions = {},
): Promise<TransformerModel> {
  return loadModel(folder, {
    ...(head && { head: { ...head, problem: head.kind } }),
    ...(onNotice && { onNotice }),
  });
}

/** One architecture for each family; the family is the `model_type` of its folders. */
export const architectureComponents = FAMILIES.map((family) =>
  defineComponent({
    kind: 'architecture',
    name: family,
    summary: `Models whose config.json has model_type "${family}".`,
    source: SOURCES[family],
    settings: z.strictObject({}),
    needs: {},
    create: () => ({ open: openTransformer }),
  }),
);
