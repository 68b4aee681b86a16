import { resolve } from 'node:path';
import {
  defineComponent,
  DistillerError,
  OPEN_MODEL,
  REPORTER,
  RESOLVE_PATH,
  validateRecipe,
  type OpenModel,
  type Reporter,
  type Student,
  type StudentRequest,
  type Task,
  type TextModel,
  type TokenizerModel,
} from '@distiller/core';
import { windowsOf } from '@distiller/data';
import {
  copyLayers,
  createModel,
  isTransformerModel,
  modelFromWeights,
  openTransformer,
  transformerConfig,
  truncateWidths,
  type Family,
  type TransformerConfig,
  type TransformerModel,
} from '@distiller/transformer';
import { bertSettings, type BertOptions, type BertSettings } from './bert-settings.js';
import { PRESETS, type Architecture } from './presets.js';
import { pruneVocabulary } from './prune-vocabulary.js';
import { studentTokenizer } from './student-tokenizer.js';

interface BertServices {
  /** By default relative paths count from the working directory. */
  readonly resolvePath?: (path: string) => string;
  readonly reporter?: Reporter;
  /** By default only BERT-family folders can be opened. */
  readonly openModel?: OpenModel;
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
  { resolvePath = resolve, reporter, openModel = openTransformer }: BertServices = {},
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
  const unpruned = async (request: StudentRequest): Promise<TextModel> => {
    if (initialise === 'random') return fromNothing(settings, request, await tokenizerFor(request));
    if ('teacherLayers' in initialise)
      return fromTeacher(settings, { layers: initialise.teacherLayers }, request);
    if ('truncate' in initialise) {
      const { teacherLayers, ...widths } = initialise.truncate;
      return fromTeacher(settings, { layers: teacherLayers, widths }, request);
    }
    const { labels, problem: kind, windows } = headOf(request.task);
    const model = await openModel(resolvePath(initialise.folder), {
      head: { labels, kind, rng: request.rng, ...(windows && { windows }) },
      onNotice: (message) => reporter?.info(message),
    });
    return withDropout(model, settings.dropout);
  };
  return {
    async build(request) {
      const model = await unpruned(request);
      if (!settings.vocabulary) return model;
      if (!isTransformerModel(model)) throw notOurs('vocabulary', model);
      const { prune } = settings.vocabulary;
      return pruneVocabulary(model, request.task, prune === true ? 1 : prune);
    },
  };
}

function fromNothing(
  settings: BertSettings,
  { task, rng }: StudentRequest,
  tokenizer: TokenizerModel,
): TransformerModel {
  const { preset, layers, hiddenSize, heads, intermediateSize, embeddingSize } = settings;
  const published: Partial<Architecture> = preset ? PRESETS[preset] : {};
  const family = settings.family ?? published.family ?? 'bert';
  const config = transformerConfig(
    {
      ...published,
      family,
      ...defined({ layers, hiddenSize, heads, intermediateSize, embeddingSize }),
      maxPositions: positions(family, settings.maxLength, tokenizer),
      ...dropouts(settings.dropout),
      vocabularySize: tokenizer.vocabularySize,
      padId: tokenizer.padId,
      ...headOf(task),
    },
    'student bert',
  );
  return createModel(config, tokenizer, rng);
}

/** RoBERTa never gives the first padId + 1 rows of its position table to a token. */
function positions(
  family: Family,
  maxLength: number | undefined,
  { padId }: TokenizerModel,
): number | undefined {
  return maxLength !== undefined && family === 'roberta' ? maxLength + padId + 1 : maxLength;
}

/** What is kept of a teacher: blocks, and their first features where widths are given. */
interface TeacherParts {
  readonly layers: readonly number[];
  readonly widths?: Pick<TransformerConfig, 'hiddenSize' | 'heads' | 'intermediateSize'>;
}

/** The teacher with fewer or narrower blocks. */
function fromTeacher(
  { dropout }: BertSettings,
  { layers, widths }: TeacherParts,
  { task, teacher, rng }: StudentRequest,
): TransformerModel {
  if (!teacher || !isTransformerModel(teacher)) {
    throw new DistillerError(
      'config',
      `student bert: initialise copies blocks of the teacher, but ${teacher ? 'this teacher is not of the BERT family' : 'there is no teacher whose weights can be had'}. ` +
        'Choose a preset and initialise: random, or a folder.',
    );
  }
  if (teacher.config.family === 'albert') {
    throw new DistillerError(
      'config',
      'student bert: initialise copies blocks of the teacher, but the blocks of an ALBERT share their weights. Use initialise: { folder: … }.',
    );
  }
  const { embeddingSize, hiddenSize } = teacher.config;
  const isNarrow = embeddingSize !== hiddenSize;
  const config = transformerConfig(
    {
      ...teacher.config,
      ...widths,
      embeddingSize: isNarrow ? embeddingSize : (widths?.hiddenSize ?? hiddenSize),
      layers: layers.length,
      ...dropouts(dropout),
      ...headOf(task),
    },
    'student bert',
  );
  const fresh = createModel(config, teacher.tokenizer, rng);
  const weights = widths
    ? truncateWidths(teacher, layers, fresh)
    : copyLayers(teacher.weights, layers, fresh.weights);
  return modelFromWeights(config, teacher.tokenizer, weights);
}

function withDropout(model: TextModel, dropout: number | undefined): TextModel {
  if (dropout === undefined) return model;
  if (!isTransformerModel(model)) throw notOurs('dropout', model);
  return modelFromWeights(
    { ...model.config, ...dropouts(dropout) },
    model.tokenizer,
    model.weights,
  );
}

function notOurs(setting: string, { description }: TextModel): DistillerError {
  return new DistillerError(
    'config',
    `student bert: ${setting} can't be changed in a ${description.architecture}; remove this setting.`,
  );
}

function dropouts(rate: number | undefined): Partial<TransformerConfig> {
  return rate === undefined
    ? {}
    : { hiddenDropout: rate, attentionDropout: rate, headDropout: rate };
}

function headOf({
  kind,
  labels,
  windows,
}: Task): Pick<TransformerConfig, 'labels' | 'problem' | 'windows'> {
  return {
    labels: [...labels],
    problem: kind,
    windows: kind === 'span' ? windowsOf(windows) : undefined,
  };
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
  needs: { resolvePath: RESOLVE_PATH, reporter: REPORTER, openModel: OPEN_MODEL },
  create: bert,
});
