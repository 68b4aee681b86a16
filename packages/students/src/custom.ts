import { resolve } from 'node:path';
import {
  validateRecipe,
  type Student,
  type StudentRequest,
  type Task,
  type TokenizerModel,
  type Weights,
} from '@distiller/core';
import { initialNetworkWeights, type Network } from './network.js';
import { assertTextKind, networkModel, networkShape } from './network-model.js';
import { studentTokenizer } from './student-tokenizer.js';
import { tokenizerSetting, type TokenizerOption } from './tokenizer-settings.js';

/** Longest input in tokens unless told otherwise. */
export const DEFAULT_MAX_LENGTH = 128;

export interface CustomStudentOptions<Settings> {
  readonly network: Network<Settings>;
  readonly settings: Settings;
  /** Longest input in tokens, default 128. */
  readonly maxLength?: number;
  /** Default: the teacher's. */
  readonly tokenizer?: TokenizerOption;
  /** Makes a folder absolute; by default paths count from the working directory. */
  readonly resolvePath?: (path: string) => string;
  /** Changes the random weights before the training, e.g. to published word vectors. */
  start?(weights: Weights, tokenizer: TokenizerModel): Promise<Weights>;
}

/**
 * A student of any network that is written as a function of its parameters.
 *
 * Equal requests give equal weights. A tokenizer that is learnt from the task is learnt once for each task.
 *
 * @throws DistillerError `config` for settings that the network does not take.
 */
export function customStudent<Settings>(options: CustomStudentOptions<Settings>): Student {
  const { network, maxLength = DEFAULT_MAX_LENGTH, resolvePath = resolve, start } = options;
  const who = `student ${network.modelType}`;
  const settings = validateRecipe(network.settings, options.settings, who);
  const choice = validateRecipe(tokenizerSetting, options.tokenizer ?? 'teacher', who);
  const tokenizers = new WeakMap<Task, Promise<TokenizerModel>>();
  const tokenizerFor = (request: StudentRequest) => {
    const known = tokenizers.get(request.task);
    if (known) return known;
    const made = studentTokenizer(choice, request, resolvePath, who);
    if (choice !== 'teacher') tokenizers.set(request.task, made);
    return made;
  };
  return {
    async build(request) {
      const { labels, kind } = request.task;
      assertTextKind(who, request.task);
      const tokenizer = await tokenizerFor(request);
      const parts = { settings, maxLength, tokenizer, labels, kind };
      const weights = initialNetworkWeights(network, networkShape(parts), request.rng);
      return networkModel(network, parts, start ? await start(weights, tokenizer) : weights);
    },
  };
}
