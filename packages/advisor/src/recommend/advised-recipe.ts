import { DistillerError } from '@distiller/core';
import type { Configuration, ParameterValue } from '@distiller/search';

/** The parts of a recipe that advice does not change. */
export interface RecipeParts {
  readonly name: string;
  readonly seed: number;
  readonly task: object;
  readonly teacher: object;
  readonly student: object;
  readonly training: object;
  /** Folder of a masked language model, for the contextual augmenter. */
  readonly maskedModel?: string;
}

const INTERMEDIATE: Readonly<Record<string, string>> = {
  ce: 'hidden-ce',
  mse: 'hidden-mse',
  cos: 'hidden-cosine',
  pkd: 'pkd',
  mi: 'mi-alpha',
};
/** In nats, its gradient outweighs the others': with weight 1 it did worse (recipes/effects). */
const MI_WEIGHT = 0.1;
const PREDICTION: Readonly<Record<string, string>> = { ce: 'soft-cross-entropy', mse: 'logit-mse' };

/**
 * A recipe for `distiller run` from a configuration of the canonical space.
 *
 * @throws DistillerError `config` for a value that stands for no component of ours, or the contextual augmenter without its model.
 */
export function advisedRecipe(configuration: Configuration, parts: RecipeParts): object {
  const { loss, alpha, map, kd, mixup, augmentation, augP } = configuration;
  const { maskedModel, ...fixed } = parts;
  return {
    ...fixed,
    objectives: [{ use: component(PREDICTION, kd, 'kd') }],
    ...(loss !== 'none' && { intermediate: [intermediate(loss, alpha, map)] }),
    ...(mixup === true && { mixup: {} }),
    ...(typeof augmentation === 'string' &&
      augmentation !== 'none' && {
        augmentation: {
          pipeline: augmentation.split('>').map((step) => augmenter(step, augP, maskedModel)),
        },
      }),
  };
}

function intermediate(
  loss: ParameterValue | undefined,
  alpha: ParameterValue | undefined,
  map: ParameterValue | undefined,
): object {
  return {
    use: component(INTERMEDIATE, loss, 'loss'),
    ...(loss === 'mi' && { weight: MI_WEIGHT }),
    ...(alpha !== undefined && { alpha }),
    matching: { use: map },
  };
}

function augmenter(name: string, p: ParameterValue | undefined, model: string | undefined): object {
  const share = p === undefined ? {} : { p };
  if (name === 'random') return { use: 'random', ...share };
  if (name === 'contextual' && model !== undefined) return { use: 'contextual', model, ...share };
  throw new DistillerError(
    'config',
    `The augmenter ${name} needs ${name === 'contextual' ? 'the folder of a masked language model' : 'a translator'}; leave it out of the space, or name one.`,
  );
}

function component(
  known: Readonly<Record<string, string>>,
  value: ParameterValue | undefined,
  parameter: string,
): string {
  const found = known[String(value)];
  if (found !== undefined) return found;
  throw new DistillerError(
    'config',
    `"${parameter}" is ${JSON.stringify(value)}, for which there is no component. Known: ${Object.keys(known).join(', ')}.`,
  );
}
