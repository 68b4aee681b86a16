import { join } from 'node:path';
import {
  DistillerError,
  fingerprint,
  LAYER_FEATURES,
  writeFileAtomically,
  type HostTensors,
  type Rng,
  type SaveOptions,
  type TextModel,
  type TokenizerModel,
  type Weights,
} from '@distiller/core';
import { writeSafetensors } from '@distiller/engine';
import {
  areGeneric,
  maxLength,
  outputs,
  positionOffset,
  type TransformerConfig,
} from './config.js';
import { forward } from './forward.js';
import { toHuggingFace } from './hugging-face-config.js';
import { initialWeights } from './init.js';
import { fileName } from './names.js';
import { isHeadParameter, parameterShapes } from './parameters.js';
import { tokenizerFiles } from './tokenizer-files.js';

const DTYPE_NAMES = { F32: 'float32', F16: 'float16', BF16: 'bfloat16' } as const;

/** A BERT-family classifier. */
export interface TransformerModel extends TextModel {
  readonly config: TransformerConfig;
  /**
   * Writes a folder that `loadModel` and transformers read.
   *
   * @throws DistillerError `shape` when `weights` are not this model's, before anything is written; `io`.
   */
  save(folder: string, weights?: Weights, options?: SaveOptions): Promise<void>;
}

/** True for models of this package, which tell their configuration. */
export function isTransformerModel(model: TextModel): model is TransformerModel {
  return 'config' in model && typeof model.config === 'object';
}

/** A new model with random weights. */
export function createModel(
  config: TransformerConfig,
  tokenizer: TokenizerModel,
  rng: Rng,
): TransformerModel {
  return modelFromWeights(config, tokenizer, initialWeights(config, rng));
}

/**
 * A model of given weights, which it keeps without copying.
 *
 * @param where begins the message about a tokenizer that does not fit, e.g. the folder.
 * @throws DistillerError `shape` when names or shapes are not the configuration's; `input` when the tokenizer knows more
 *   tokens than the model.
 */
export function modelFromWeights(
  config: TransformerConfig,
  tokenizer: TokenizerModel,
  weights: Weights,
  where = 'transformer',
): TransformerModel {
  if (tokenizer.vocabularySize > config.vocabularySize) {
    throw new DistillerError(
      'input',
      `${where}: the tokenizer has ${tokenizer.vocabularySize} tokens but the model's word table only ${config.vocabularySize} rows. ` +
        'They do not belong together: use the tokenizer that the model was trained with.',
    );
  }
  checkWeights(config, weights);
  let hash: string | undefined;
  return {
    config,
    weights,
    headWeights: Object.keys(weights).filter(isHeadParameter),
    tokenizer,
    description: {
      architecture: config.family,
      layers: config.layers,
      hiddenSize: config.hiddenSize,
      heads: config.heads,
      vocabularySize: config.vocabularySize,
      maxLength: maxLength(config),
      kind: config.problem,
      outputs: outputs(config),
      ...(config.labels.length > 0 && !areGeneric(config.labels) && { labels: config.labels }),
      ...(config.windows && { windows: config.windows }),
      provides: ['logits', ...LAYER_FEATURES],
    },
    /** Hashing a large model takes a moment, and not everyone asks. */
    get fingerprint() {
      return (hash ??= modelFingerprint(config, tokenizer, weights));
    },
    forward: (params, inputs, context) => forward(config, params, inputs, context),
    files: () => filesOf(config, tokenizer, 'F32'),
    save: (folder, other = weights, options = {}) =>
      save(folder, config, tokenizer, other, options),
  };
}

/** Of the configuration only what changes the numbers counts; shapes are told by the weights. */
function modelFingerprint(
  config: TransformerConfig,
  tokenizer: TokenizerModel,
  weights: Weights,
): string {
  const { family, heads, activation, layerNormEpsilon } = config;
  const arithmetic = {
    family,
    heads,
    activation,
    layerNormEpsilon,
    offset: positionOffset(config),
  };
  const arrays = [...parameterShapes(config)].flatMap(([name, shape]) => [
    `${name} ${shape.join('x')}`,
    (weights[name] as { data: Float32Array }).data,
  ]);
  return fingerprint('transformer', JSON.stringify(arithmetic), tokenizer.fingerprint, ...arrays);
}

/** @throws DistillerError `shape` naming the first weight that is missing, unknown or of the wrong shape. */
function checkWeights(config: TransformerConfig, weights: Weights): void {
  const shapes = parameterShapes(config);
  for (const [name, shape] of shapes) {
    const found = weights[name]?.shape;
    if (String(found) !== String(shape)) {
      throw new DistillerError(
        'shape',
        `transformer: weight "${name}" is ${found ? `[${found.join(', ')}]` : 'missing'}; expected [${shape.join(', ')}].`,
      );
    }
  }
  const unknown = Object.keys(weights).find((name) => !shapes.has(name));
  if (unknown !== undefined) {
    throw new DistillerError('shape', `transformer: the model has no weight "${unknown}".`);
  }
}

async function save(
  folder: string,
  config: TransformerConfig,
  tokenizer: TokenizerModel,
  weights: Weights,
  { dtype = 'F32' }: SaveOptions,
): Promise<void> {
  checkWeights(config, weights);
  const tensors: HostTensors = Object.fromEntries(
    [...parameterShapes(config).keys()].map((name) => [
      fileName(config, name),
      weights[name] as HostTensors[string],
    ]),
  );
  await writeSafetensors(join(folder, 'model.safetensors'), tensors, { format: 'pt' }, { dtype });
  for (const [name, text] of Object.entries(filesOf(config, tokenizer, dtype))) {
    await writeFileAtomically(join(folder, name), text);
  }
}

/** `config.json` comes last: a folder without it is not taken for a model. */
function filesOf(
  config: TransformerConfig,
  tokenizer: TokenizerModel,
  dtype: keyof typeof DTYPE_NAMES,
): Readonly<Record<string, string>> {
  const json = JSON.stringify(toHuggingFace(config, DTYPE_NAMES[dtype]), undefined, 2);
  return { ...tokenizerFiles(tokenizer, maxLength(config)), 'config.json': `${json}\n` };
}
