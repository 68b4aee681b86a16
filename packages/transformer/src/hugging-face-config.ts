import { DistillerError } from '@distiller/core';
import {
  areGeneric,
  FAMILIES,
  genericLabels,
  outputs,
  transformerConfig,
  type Family,
  type TransformerConfig,
  type TransformerConfigOptions,
} from './config.js';

type Setting = Exclude<
  keyof TransformerConfig,
  'family' | 'problem' | 'labels' | 'windows' | 'extra'
>;

const BERT_FIELDS: Partial<Record<Setting, string>> = {
  vocabularySize: 'vocab_size',
  hiddenSize: 'hidden_size',
  layers: 'num_hidden_layers',
  heads: 'num_attention_heads',
  intermediateSize: 'intermediate_size',
  maxPositions: 'max_position_embeddings',
  typeVocabularySize: 'type_vocab_size',
  activation: 'hidden_act',
  layerNormEpsilon: 'layer_norm_eps',
  initializerRange: 'initializer_range',
  hiddenDropout: 'hidden_dropout_prob',
  attentionDropout: 'attention_probs_dropout_prob',
  headDropout: 'classifier_dropout',
  padId: 'pad_token_id',
};

/** What each setting is called in the family's `config.json`; a setting that is left out there is fixed. */
const FIELDS: Readonly<Record<Family, Partial<Record<Setting, string>>>> = {
  bert: BERT_FIELDS,
  roberta: BERT_FIELDS,
  electra: { ...BERT_FIELDS, embeddingSize: 'embedding_size' },
  albert: {
    ...BERT_FIELDS,
    embeddingSize: 'embedding_size',
    headDropout: 'classifier_dropout_prob',
  },
  distilbert: {
    vocabularySize: 'vocab_size',
    hiddenSize: 'dim',
    layers: 'n_layers',
    heads: 'n_heads',
    intermediateSize: 'hidden_dim',
    maxPositions: 'max_position_embeddings',
    activation: 'activation',
    initializerRange: 'initializer_range',
    hiddenDropout: 'dropout',
    attentionDropout: 'attention_dropout',
    headDropout: 'seq_classif_dropout',
    padId: 'pad_token_id',
  },
};

/** The first part of `architectures`. */
const ARCHITECTURES: Readonly<Record<Family, string>> = {
  bert: 'Bert',
  roberta: 'Roberta',
  distilbert: 'DistilBert',
  electra: 'Electra',
  albert: 'Albert',
};

/** The second part where it is not that of a sequence classifier. */
const TOKEN_HEADS = {
  'token-classification': 'ForTokenClassification',
  span: 'ForQuestionAnswering',
} as const;

const PROBLEM_TYPES = {
  classification: 'single_label_classification',
  'multi-label': 'multi_label_classification',
  regression: 'regression',
} as const;

function isOfTokens(problem: TransformerConfig['problem']): problem is keyof typeof TOKEN_HEADS {
  return problem in TOKEN_HEADS;
}

/** Fields that we write ourselves, so that a read value must not come back. */
const REWRITTEN = [
  'model_type',
  'architectures',
  'id2label',
  'label2id',
  'num_labels',
  'problem_type',
  'dtype',
  'torch_dtype',
  'doc_stride',
  'max_query_length',
];

/** Settings that change the arithmetic to something we do not compute, with the value that we do. */
const FIXED: readonly (readonly [field: string, value: unknown])[] = [
  ['position_embedding_type', 'absolute'],
  ['is_decoder', false],
  ['add_cross_attention', false],
  ['num_hidden_groups', 1],
  ['inner_group_num', 1],
];

/**
 * Reads the content of a Hugging Face `config.json`. What it leaves out has transformers' default.
 *
 * @param where the file, for messages.
 * @throws DistillerError `input` for an unknown `model_type`, labels that do not count from 0 or wrong values;
 *   `unsupported` for variants that we do not compute.
 */
export function fromHuggingFace(json: unknown, where: string): TransformerConfig {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw new DistillerError('input', `${where}: expected an object.`);
  }
  const raw = json as Record<string, unknown>;
  const family = FAMILIES.find((name) => name === raw['model_type']);
  if (!family) {
    const given = raw['model_type'] === undefined ? 'missing' : JSON.stringify(raw['model_type']);
    throw new DistillerError(
      'input',
      `${where}: model_type is ${given}; expected one of ${FAMILIES.join(', ')}. Other architectures can't be read.`,
    );
  }
  for (const [field, value] of FIXED) {
    if (raw[field] !== undefined && raw[field] !== null && raw[field] !== value) {
      throw new DistillerError(
        'unsupported',
        `${where}: ${field} is ${JSON.stringify(raw[field])}; only ${JSON.stringify(value)} is supported.`,
      );
    }
  }

  const settings: Record<string, unknown> = {};
  const fields = Object.entries(FIELDS[family]);
  for (const [setting, field] of fields) settings[setting] = raw[field] ?? undefined;
  const understood = new Set([...REWRITTEN, ...fields.map(([, field]) => field)]);
  const isMaskedLm = isMaskedLmOf(family, raw);
  const labels = isMaskedLm ? [] : readLabels(raw, where);
  const problem = isMaskedLm ? 'masked-lm' : readProblem(raw, labels, where);
  const options = {
    ...settings,
    family,
    problem,
    labels: namedLabels(problem, labels),
    ...(problem === 'span' && { windows: readWindows(raw) }),
    extra: Object.fromEntries(Object.entries(raw).filter(([field]) => !understood.has(field))),
  } as TransformerConfigOptions;
  try {
    return transformerConfig(options, where);
  } catch (cause) {
    throw inTheirWords(cause as Error, where, fields);
  }
}

/** Without the names that only stand in for having none. */
function namedLabels(problem: TransformerConfig['problem'], labels: string[]): string[] {
  if (problem === 'span') return [];
  return problem === 'regression' && areGeneric(labels) && labels.length === 1 ? [] : labels;
}

/** A complaint about our settings as one about the fields of the file: nobody typed a recipe here. */
function inTheirWords(
  cause: Error,
  where: string,
  fields: readonly (readonly [setting: string, field: string])[],
): DistillerError {
  const message = fields.reduce(
    (text, [setting, field]) => text.replaceAll(new RegExp(`\\b${setting}\\b`, 'g'), field),
    cause.message.slice(where.length),
  );
  return new DistillerError('input', where + message, { cause });
}

/** Whether the folder was saved as a masked language model. */
function isMaskedLmOf(family: Family, raw: Record<string, unknown>): boolean {
  const architectures = raw['architectures'];
  // ELECTRA's generator and ALBERT's head are no models of ours; the encoders may still be read.
  if (family === 'electra' || family === 'albert' || !Array.isArray(architectures)) return false;
  return architectures.includes(`${ARCHITECTURES[family]}ForMaskedLM`);
}

/** Class names by id; transformers takes two nameless classes where nothing is said. */
function readLabels(raw: Record<string, unknown>, where: string): string[] {
  const names = raw['id2label'];
  if (names === undefined || names === null) {
    const count = raw['num_labels'] ?? 2;
    if (!Number.isInteger(count) || (count as number) < 1) {
      throw new DistillerError(
        'input',
        `${where}: num_labels is ${JSON.stringify(count)}; expected a positive integer.`,
      );
    }
    return genericLabels(count as number);
  }
  const byId = names as Record<string, unknown>;
  const count = typeof names === 'object' ? Object.keys(names).length : 0;
  const labels = Array.from({ length: count }, (_, id) => byId[id]);
  if (count === 0 || !labels.every((label) => typeof label === 'string')) {
    throw new DistillerError(
      'input',
      `${where}: id2label must map "0", "1", … to names without a gap, but it is ${JSON.stringify(names)}.`,
    );
  }
  return labels as string[];
}

/** How a model for spans was shown contexts; undefined unless the file tells it whole. These fields are ours. */
function readWindows(raw: Record<string, unknown>): TransformerConfig['windows'] {
  const { doc_stride: docStride, max_query_length: maxQueryLength } = raw;
  const isCount = (value: unknown): value is number => Number.isInteger(value) && Number(value) > 0;
  return isCount(docStride) && isCount(maxQueryLength) ? { docStride, maxQueryLength } : undefined;
}

function readProblem(
  raw: Record<string, unknown>,
  labels: readonly string[],
  where: string,
): TransformerConfig['problem'] {
  const [architecture] = Array.isArray(raw['architectures']) ? raw['architectures'] : [];
  for (const problem of ['token-classification', 'span'] as const) {
    if (String(architecture).endsWith(TOKEN_HEADS[problem])) return problem;
  }
  const given = raw['problem_type'];
  if (given === undefined || given === null)
    return labels.length === 1 ? 'regression' : 'classification';
  for (const problem of ['classification', 'multi-label', 'regression'] as const) {
    if (PROBLEM_TYPES[problem] === given) return problem;
  }
  throw new DistillerError(
    'input',
    `${where}: problem_type is ${JSON.stringify(given)}; expected one of ${Object.values(PROBLEM_TYPES).join(', ')}.`,
  );
}

/**
 * The content of `config.json` for a model with a head.
 *
 * @param dtype of the weights that are written beside it.
 */
export function toHuggingFace(
  config: TransformerConfig,
  dtype: 'float32' | 'float16' | 'bfloat16' = 'float32',
): Record<string, unknown> {
  const settings = Object.entries(FIELDS[config.family]).map(([setting, field]) => [
    field,
    config[setting as Setting],
  ]);
  return {
    ...config.extra,
    model_type: config.family,
    ...Object.fromEntries(settings),
    ...headFields(config),
    // The older name, which every version understands. Newer ones load in the type that it says.
    torch_dtype: dtype,
  };
}

/** What `config.json` says of the head. */
function headFields(config: TransformerConfig): Record<string, unknown> {
  const { family, problem } = config;
  if (problem === 'masked-lm') return { architectures: [`${ARCHITECTURES[family]}ForMaskedLM`] };
  const labels = config.labels.length > 0 ? config.labels : genericLabels(outputs(config));
  const head = isOfTokens(problem)
    ? { architectures: [ARCHITECTURES[family] + TOKEN_HEADS[problem]] }
    : {
        architectures: [`${ARCHITECTURES[family]}ForSequenceClassification`],
        problem_type: PROBLEM_TYPES[problem],
      };
  const { windows } = config;
  return {
    ...head,
    ...(windows && { doc_stride: windows.docStride, max_query_length: windows.maxQueryLength }),
    id2label: Object.fromEntries(labels.map((label, id) => [String(id), label])),
    label2id: Object.fromEntries(labels.map((label, id) => [label, id])),
  };
}
