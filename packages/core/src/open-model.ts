import { join } from 'node:path';
import type { Binding } from './binding.js';
import type { TextModel } from './contracts/model.js';
import type { OpenModelOptions } from './contracts/stages.js';
import { DistillerError } from './errors.js';
import { readModelConfig } from './read-model-config.js';
import type { Registry } from './registry.js';

/**
 * Opens the model of a Hugging Face folder with the registered architecture that its `model_type` names.
 *
 * @param bindings services for architectures that need some.
 * @throws DistillerError `input` when the folder holds no model or one of an architecture that nobody registered; else
 *   as the architecture's own `open`.
 */
export async function openModel(
  registry: Registry,
  folder: string,
  options: OpenModelOptions = {},
  bindings: readonly Binding[] = [],
): Promise<TextModel> {
  const { model_type: type } = await readModelConfig(folder);
  const known = registry.list('architecture').map(({ name }) => name);
  if (typeof type !== 'string' || !known.includes(type)) {
    const given = type === undefined ? 'missing' : JSON.stringify(type);
    throw new DistillerError(
      'input',
      `${join(folder, 'config.json')}: model_type is ${given}; expected one of ${known.join(', ')}. ` +
        'A plugin may bring other architectures: name it under `plugins` of the recipe.',
    );
  }
  const architecture = await registry.create('architecture', { use: type }, bindings);
  return architecture.open(folder, options);
}
