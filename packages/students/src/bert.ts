import { resolve } from 'node:path';
import {
  defineComponent,
  DistillerError,
  REPORTER,
  RESOLVE_PATH,
  validateRecipe,
  type Reporter,
  type Student,
  type StudentRequest,
  type Task,
  type TokenizerModel,
} from '@distiller/core';
import {
  copyLayers,
  createModel,
  isTransformerModel,
  loadModel,
  modelFromWeights,
  transformerConfig,
  type TransformerConfig,
  type TransformerModel,
} from '@distiller/transformer';
import { bertSettings, type BertOptions, type BertSettings } from './bert-settings.js';
import { PRESETS, type Architecture } from './presets.js';
import { studentTokenizer } from './student-tokenizer.js';

interface BertServices {
  /** By default relative paths count from the working directory. */
  readonly resolvePath?: (path: string) => string;
  readonly reporter?: Reporter;
}

/**
 * A BERT-family student: of a published or a chosen size with random weights, or cut out of the teacher, or
 * loaded from a folder. Its head fits the task.
 *
 * Equal requests give equal weights. A tokenizer that is learnt from the task is learnt once for each task.
 *
 * @throws DistillerError `config` listing every problem of the settings.
 */
export function bert(
  options: BertOptions,
  { resolvePath = resolve, reporter }: BertServices = {},
): Student {
  const settings = validateRecipe(bertSettings, options, 'student bert');
  const { initialise, tokenizer = 'teacher' } = settings;
  const tokenizers = new WeakMap<Task, Promise<TokenizerModel>>();
  const tokenizerFor = (request: StudentRequest) => {
    const known = tokenizers.get(request.task);
    if (known) return known;
    const made = studentTokenizer(tokenizer, request, resolvePath);
    if (tokenizer !== 'teacher') tokenizers.set(request.task, made);
    return made;
  };
  return {
    async build(request) {
      if (initialise === 'random')
        return fromNothing(settings, request, await tokenizerFor(request));
      if ('teacherLayers' in initialise)
        return fromTeacher(settings, initialise.teacherLayers, request);
      const model = await loadModel(resolvePath(initialise.folder), {
        head: { ...headOf(request.task), rng: request.rng },
        onNotice: (message) => reporter?.info(message),
      });
      return withDropout(model, settings.dropout);
    },
  };
}

function fromNothing(
  settings: BertSettings,
  { task, rng }: StudentRequest,
  tokenizer: TokenizerModel,
): TransformerModel {
  const { preset, layers, hiddenSize, heads, intermediateSize, maxLength, dropout } = settings;
  const published: Partial<Architecture> = preset ? PRESETS[preset] : {};
  const config = transformerConfig(
    {
      family: 'bert',
      ...published,
      ...defined({ layers, hiddenSize, heads, intermediateSize }),
      maxPositions: maxLength,
      ...dropouts(dropout),
      vocabularySize: tokenizer.vocabularySize,
      padId: tokenizer.padId,
      ...headOf(task),
    },
    'student bert',
  );
  return createModel(config, tokenizer, rng);
}

/** The teacher with fewer blocks. */
function fromTeacher(
  { dropout }: BertSettings,
  layers: readonly number[],
  { task, teacher, rng }: StudentRequest,
): TransformerModel {
  if (!teacher || !isTransformerModel(teacher)) {
    throw new DistillerError(
      'config',
      `student bert: initialise.teacherLayers copies blocks of the teacher, but ${teacher ? 'this teacher is not of the BERT family' : 'there is no teacher whose weights can be had'}. ` +
        'Choose a preset and initialise: random, or a folder.',
    );
  }
  const config = transformerConfig(
    { ...teacher.config, layers: layers.length, ...dropouts(dropout), ...headOf(task) },
    'student bert',
  );
  const fresh = createModel(config, teacher.tokenizer, rng);
  return modelFromWeights(
    config,
    teacher.tokenizer,
    copyLayers(teacher.weights, layers, fresh.weights),
  );
}

function withDropout(model: TransformerModel, dropout: number | undefined): TransformerModel {
  if (dropout === undefined) return model;
  return modelFromWeights(
    { ...model.config, ...dropouts(dropout) },
    model.tokenizer,
    model.weights,
  );
}

function dropouts(rate: number | undefined): Partial<TransformerConfig> {
  return rate === undefined
    ? {}
    : { hiddenDropout: rate, attentionDropout: rate, headDropout: rate };
}

function headOf({ kind, labels }: Task): Pick<TransformerConfig, 'labels' | 'problem'> {
  return { labels: [...labels], problem: kind };
}

/** The entries that have a value. */
function defined<T extends object>(values: T): { [K in keyof T]: NonNullable<T[K]> } {
  const entries = Object.entries(values).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]: NonNullable<T[K]> };
}

export const bertComponent = defineComponent({
  kind: 'student',
  name: 'bert',
  summary: 'A BERT-family encoder: of a chosen size, cut out of the teacher, or from a folder.',
  source: 'Devlin et al. 2019, arXiv:1810.04805; sizes: Turc et al. 2019, arXiv:1908.08962',
  settings: bertSettings,
  needs: { resolvePath: RESOLVE_PATH, reporter: REPORTER },
  create: bert,
});
