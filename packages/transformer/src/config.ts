import { DistillerError, TASK_KINDS } from '@distiller/core';
import { z } from 'zod';

export const FAMILIES = ['bert', 'roberta', 'distilbert', 'electra', 'albert'] as const;

/** A published architecture: what its head looks like and what its parameters are called in files. */
export type Family = (typeof FAMILIES)[number];

/** Names of `hidden_act` in a Hugging Face `config.json` that we can compute. */
export const ACTIVATIONS = [
  'gelu',
  'gelu_python',
  'gelu_new',
  'gelu_fast',
  'gelu_pytorch_tanh',
  'relu',
] as const;

export type ActivationName = (typeof ACTIVATIONS)[number];

const count = z.int().positive();
const rate = z.number().min(0).lt(1);

const SCHEMA = z.strictObject({
  family: z.enum(FAMILIES),
  /** Rows of the word table. */
  vocabularySize: count,
  /** D, the width of the hidden states. */
  hiddenSize: count,
  /** Width of the embeddings; only ELECTRA's and ALBERT's may differ from D; a learned map leads to D then. */
  embeddingSize: count,
  /** L, the number of blocks. */
  layers: count.max(1000),
  /** H; divides D. */
  heads: count,
  /** Width inside the feed-forward part. */
  intermediateSize: count,
  /** Rows of the position table; RoBERTa's first padId + 1 rows are never used by a token. */
  maxPositions: count,
  /** Rows of the segment table; 0 for DistilBERT, which has none. */
  typeVocabularySize: z.int().min(0),
  activation: z.enum(ACTIVATIONS),
  layerNormEpsilon: z.number().positive(),
  /** Standard deviation of new weights. */
  initializerRange: z.number().positive(),
  hiddenDropout: rate,
  attentionDropout: rate,
  /** Before the classifier. */
  headDropout: rate,
  padId: z.int().min(0),
  problem: z.enum(TASK_KINDS),
  /** Class names in the order of the logits; empty for one regression value, for spans and for masked language models. */
  labels: z.array(z.string()),
  /** For spans: how contexts are cut in its training, told by `doc_stride` and `max_query_length` in `config.json`. */
  windows: z.strictObject({ docStride: count, maxQueryLength: count }).optional(),
  /** Fields of a read `config.json` that mean nothing to us; written back unchanged. */
  extra: z.record(z.string(), z.unknown()),
});

/** Everything that decides the shapes and the arithmetic of a model. */
export type TransformerConfig = Readonly<z.output<typeof SCHEMA>>;

/** Settings without a sensible default. */
type Required = 'family' | 'vocabularySize';

export type TransformerConfigOptions = Pick<TransformerConfig, Required> &
  Partial<{ [K in keyof TransformerConfig]: TransformerConfig[K] | undefined }>;

const BASE = {
  hiddenSize: 768,
  layers: 12,
  heads: 12,
  intermediateSize: 3072,
  maxPositions: 512,
  typeVocabularySize: 2,
  activation: 'gelu',
  layerNormEpsilon: 1e-12,
  initializerRange: 0.02,
  hiddenDropout: 0.1,
  attentionDropout: 0.1,
  padId: 0,
  problem: 'classification',
  extra: {},
} as const;

/** The values that transformers takes for what a `config.json` leaves out. */
const DEFAULTS: Readonly<Record<Family, object>> = {
  bert: BASE,
  roberta: { ...BASE, padId: 1 },
  distilbert: { ...BASE, layers: 6, typeVocabularySize: 0, headDropout: 0.2 },
  electra: { ...BASE, hiddenSize: 256, heads: 4, intermediateSize: 1024, embeddingSize: 128 },
  albert: {
    ...BASE,
    hiddenSize: 4096,
    heads: 64,
    intermediateSize: 16384,
    embeddingSize: 128,
    activation: 'gelu_new',
    hiddenDropout: 0,
    attentionDropout: 0,
    headDropout: 0.1,
  },
};

/**
 * Completes a configuration with the defaults of its family and checks it.
 *
 * @param where begins an error message, e.g. the file that was read.
 * @throws DistillerError `config` naming every wrong setting.
 */
export function transformerConfig(
  options: TransformerConfigOptions,
  where = 'transformer configuration',
): TransformerConfig {
  const given = Object.fromEntries(
    Object.entries(options).filter(([, value]) => value !== undefined),
  );
  const known = { ...DEFAULTS[options.family], ...given } as Record<string, unknown>;
  const parsed = SCHEMA.safeParse({
    embeddingSize: known['hiddenSize'],
    headDropout: known['hiddenDropout'],
    labels: hasClasses(known['problem']) ? genericLabels(2) : [],
    ...known,
  });
  if (!parsed.success) {
    throw new DistillerError('config', `${where} is wrong:\n${z.prettifyError(parsed.error)}`);
  }
  const contradiction = contradictionIn(parsed.data);
  if (contradiction) throw new DistillerError('config', `${where}: ${contradiction}`);
  return parsed.data;
}

function contradictionIn(config: TransformerConfig): string | undefined {
  const { family, hiddenSize, heads, embeddingSize, labels, typeVocabularySize } = config;
  if (hiddenSize % heads !== 0) {
    return `hiddenSize ${hiddenSize} is not a multiple of heads ${heads}.`;
  }
  if (!hasOwnEmbeddingSize(family) && embeddingSize !== hiddenSize) {
    return `embeddingSize ${embeddingSize} differs from hiddenSize ${hiddenSize}, which only the families "electra" and "albert" allow.`;
  }
  if ((family === 'distilbert') !== (typeVocabularySize === 0)) {
    return `typeVocabularySize is ${typeVocabularySize}; it is 0 for family "distilbert" and positive for the others.`;
  }
  if (config.padId >= config.vocabularySize) {
    return `padId ${config.padId} is outside the vocabulary of ${config.vocabularySize}.`;
  }
  if (maxLength(config) < 1) {
    return `maxPositions ${config.maxPositions} leaves no room for a token after the ${positionOffset(config)} reserved rows.`;
  }
  if (new Set(labels).size !== labels.length) {
    return `labels repeat a name: ${labels.join(', ')}.`;
  }
  if ((family === 'electra' || family === 'albert') && config.problem === 'masked-lm') {
    return `masked language models of the family "${family}" can't be read or made; choose "bert", "distilbert" or "roberta".`;
  }
  if (hasClasses(config.problem) && labels.length === 0) {
    return `labels are empty; a ${config.problem} model needs a name for every logit.`;
  }
  return undefined;
}

/** Whether embeddings may be narrower than the blocks. */
export function hasOwnEmbeddingSize(family: Family): boolean {
  return family === 'electra' || family === 'albert';
}

/** Whether a learned map leads from the embeddings to the blocks. ALBERT has it even where the widths are equal. */
export function projectsEmbeddings(config: TransformerConfig): boolean {
  return config.family === 'albert' || config.embeddingSize !== config.hiddenSize;
}

/** What the head reads: the first token for the whole text, or every token. */
export function readsEveryToken({ problem }: Pick<TransformerConfig, 'problem'>): boolean {
  return problem === 'token-classification' || problem === 'span';
}

/** The names that transformers gives to classes without one. */
export function genericLabels(n: number): string[] {
  return Array.from({ length: n }, (_, index) => `LABEL_${index}`);
}

/** True when no class has a name of its own. */
export function areGeneric(labels: readonly string[]): boolean {
  return labels.every((label, index) => label === `LABEL_${index}`);
}

/** Whether a logit is a class with a name. */
function hasClasses(problem: unknown): boolean {
  return problem !== 'regression' && problem !== 'span' && problem !== 'masked-lm';
}

/** Number of logits, of a text or of each token. */
export function outputs(config: TransformerConfig): number {
  if (config.problem === 'masked-lm') return config.vocabularySize;
  return config.problem === 'span' ? 2 : Math.max(1, config.labels.length);
}

/** Row of the position table that belongs to the first token. */
export function positionOffset(config: Pick<TransformerConfig, 'family' | 'padId'>): number {
  return config.family === 'roberta' ? config.padId + 1 : 0;
}

/** Longest input in tokens. */
export function maxLength(config: TransformerConfig): number {
  return config.maxPositions - positionOffset(config);
}
