import {
  CACHE_FOLDER,
  defineComponent,
  ENGINE,
  OPEN_MODEL,
  REPORTER,
  RESOLVE_PATH,
  validateRecipe,
  type Teacher,
} from '@distiller/core';
import { z } from 'zod';
import { bert, signalsSetting, type BertServices } from './bert.js';
import { ensembleTeacher } from './combine-teachers.js';

const settings = z
  .strictObject({
    models: z
      .array(z.string().min(1))
      .min(2)
      .describe('Hugging Face folders of classifiers for one task.'),
    weights: z
      .array(z.number().positive())
      .optional()
      .describe('Of each model; all the same by default. Their sum is scaled to 1.'),
    combine: z
      .enum(['logits', 'probabilities'])
      .default('logits')
      .describe('What is averaged; probabilities are those of a softmax.'),
    layersFrom: z
      .int()
      .min(0)
      .optional()
      .describe('Model whose layers the student may learn from, from 0; none by default.'),
    signals: signalsSetting,
  })
  .superRefine(({ models, weights, layersFrom }, context) => {
    const refuse = (path: string, message: string) =>
      context.addIssue({ code: 'custom', path: [path], message });
    if (weights && weights.length !== models.length)
      refuse('weights', `There are ${weights.length} weights for ${models.length} models.`);
    if (layersFrom !== undefined && layersFrom >= models.length)
      refuse('layersFrom', `There are ${models.length} models, 0 to ${models.length - 1}.`);
  });

export type EnsembleTeacherOptions = z.input<typeof settings>;

/**
 * Several fine-tuned classifiers as one teacher: the weighted mean of what they say.
 *
 * @throws DistillerError `config` listing every problem of the settings, or when the models' classes differ.
 */
export async function ensemble(
  options: EnsembleTeacherOptions,
  services: BertServices,
): Promise<Teacher> {
  const { models, signals, ...combination } = validateRecipe(settings, options, 'teacher ensemble');
  const members: Teacher[] = [];
  try {
    for (const model of models) members.push(await bert({ model, signals }, services));
    return ensembleTeacher(members, combination);
  } catch (error) {
    for (const member of members) await member.dispose();
    throw error;
  }
}

export const ensembleComponent = defineComponent({
  kind: 'teacher',
  name: 'ensemble',
  summary: 'Several fine-tuned classifiers; what they say is averaged.',
  source: 'Hinton et al. 2015, arXiv:1503.02531, §1',
  settings,
  needs: {
    engine: ENGINE,
    resolvePath: RESOLVE_PATH,
    cacheFolder: CACHE_FOLDER,
    reporter: REPORTER,
    openModel: OPEN_MODEL,
  },
  create: ensemble,
});
