import { access } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import {
  DistillerError,
  readModelConfig,
  type HostTensors,
  type Parameter,
  type Rng,
  type TokenizerModel,
} from '@distiller/core';
import { loadTokenizer } from '@distiller/data';
import { readSafetensors, readSafetensorsHeader, readShardedSafetensors } from '@distiller/engine';
import {
  areGeneric,
  outputs,
  readsEveryToken,
  transformerConfig,
  type TransformerConfig,
} from './config.js';
import { fromHuggingFace } from './hugging-face-config.js';
import { initialParameter } from './init.js';
import { modelFromWeights, type TransformerModel } from './model.js';
import { matchNames } from './names.js';
import { isHeadParameter, parameterShapes } from './parameters.js';

/** The head that a task wants. */
export interface HeadOptions {
  /** Class names in the order of the logits; empty for regression and spans. */
  readonly labels: readonly string[];
  readonly problem: TransformerConfig['problem'];
  /** For spans: how contexts will be cut. */
  readonly windows?: TransformerConfig['windows'];
  /** Decides the weights that the folder does not have. */
  readonly rng: Rng;
}

export interface LoadOptions {
  /**
   * Without it the folder must hold a classifier, which is taken as it is. With it, a classifier in the folder is kept when
   * it has as many outputs and the same class names (or none); otherwise a new one is drawn.
   */
  readonly head?: HeadOptions;
  /** Reads the folder as a masked language model, whatever its config.json says of a head. Not beside `head`. */
  readonly maskedLm?: boolean;
  /** Instead of the folder's own. */
  readonly tokenizer?: TokenizerModel;
  /** Hears of weights that were ignored or newly drawn. */
  readonly onNotice?: (message: string) => void;
}

/**
 * Loads a Hugging Face folder: `config.json`, `model.safetensors` (or shards with their index; F32, F16 or BF16) and a
 * tokenizer.
 *
 * @throws DistillerError `input` or `io` naming the file and what is wrong with it: no weights, weights missing, of other
 *   shapes or for other layers, no classifier and no `head`, a tokenizer with more tokens than the model.
 */
export async function loadModel(
  folder: string,
  options: LoadOptions = {},
): Promise<TransformerModel> {
  const { head, onNotice } = options;
  const written = await readConfig(join(folder, 'config.json'));
  const stored = options.maskedLm
    ? transformerConfig({ ...written, problem: 'masked-lm', labels: [] }, folder)
    : written;
  const config = head
    ? transformerConfig({
        ...stored,
        labels: [...head.labels],
        problem: head.problem,
        windows: head.windows,
      })
    : stored;
  if (config.problem === 'masked-lm') checkTied(config, folder);
  const source = await findWeights(folder);
  const { found, missing, ignored } = matchNames(config, source.names, source.path);
  if (ignored.length > 0) onNotice?.(`${source.path}: not needed: ${enumerate(ignored)}.`);

  const missingBody = missing.filter((name) => !isHeadParameter(name));
  if (missingBody.length > 0) {
    throw new DistillerError(
      'input',
      `${source.path} lacks ${missingBody.length} of the weights that config.json calls for: ${enumerate(missingBody)}. Check that config.json belongs to it, or fetch both again.`,
    );
  }
  if (missing.length > 0 && !head) {
    throw new DistillerError(
      'input',
      options.maskedLm
        ? `${source.path} has no masked language model's head: it lacks ${enumerate(missing)}. Give the folder of a model that was saved with one.`
        : `${source.path} has no classification head: it lacks ${enumerate(missing)}. It is a pre-trained model; fine-tune it for the task first.`,
    );
  }
  const files = await source.read([...found.values()]);
  const isKept = !head || isSameHead(stored, config);
  const drawn: string[] = [];
  const weights: Record<string, Parameter> = {};
  for (const [name, shape] of parameterShapes(config)) {
    const file = found.get(name);
    const parameter = file === undefined ? undefined : asParameter(files, file, source.path);
    const isReplaced = name.startsWith('classifier.') && !isKept;
    if (head && (!parameter || isReplaced)) {
      weights[name] = initialParameter(config, name, head.rng);
      drawn.push(name);
      continue;
    }
    if (!parameter || String(parameter.shape) !== String(shape)) {
      throw new DistillerError(
        'input',
        `${source.path}: "${file}" is [${parameter?.shape.join(', ')}], but config.json calls for [${shape.join(', ')}]. Check that config.json belongs to it.`,
      );
    }
    weights[name] = parameter;
  }
  if (drawn.length > 0) onNotice?.(`${folder}: new random weights for ${enumerate(drawn)}.`);
  const tokenizer = options.tokenizer ?? (await loadTokenizer(folder));
  return modelFromWeights(config, tokenizer, weights, folder);
}

/** @throws DistillerError `unsupported` for a last layer with weights of its own. */
function checkTied({ extra }: TransformerConfig, folder: string): void {
  if (extra['tie_word_embeddings'] !== false) return;
  throw new DistillerError(
    'unsupported',
    `${join(folder, 'config.json')}: tie_word_embeddings is false; only masked language models whose last layer is the word table can be read.`,
  );
}

/** Nameless classes are taken for the task's own. */
function isSameHead(stored: TransformerConfig, wanted: TransformerConfig): boolean {
  const [theirs, ours] = [stored, wanted].map(({ labels }) =>
    labels.map((label) => label.toLowerCase()),
  );
  const isNamedAlike = areGeneric(stored.labels) || String(theirs) === String(ours);
  const isAlike =
    readsEveryToken(stored) === readsEveryToken(wanted) &&
    (stored.problem === 'span') === (wanted.problem === 'span');
  return isAlike && outputs(stored) === outputs(wanted) && isNamedAlike;
}

/** Reads the `config.json` of a model. @throws DistillerError as `fromHuggingFace`; `input`, `io`. */
export async function readConfig(path: string): Promise<TransformerConfig> {
  return fromHuggingFace(await readModelConfig(dirname(path)), path);
}

interface WeightSource {
  readonly path: string;
  readonly names: readonly string[];
  read(names: readonly string[]): Promise<HostTensors>;
}

async function findWeights(folder: string): Promise<WeightSource> {
  const single = join(folder, 'model.safetensors');
  if (await exists(single)) {
    const { tensors } = await readSafetensorsHeader(single);
    return {
      path: single,
      names: Object.keys(tensors),
      read: async (names) => (await readSafetensors(single, { names })).tensors,
    };
  }
  const index = join(folder, 'model.safetensors.index.json');
  if (await exists(index)) {
    const { tensors } = await readShardedSafetensors(index);
    return { path: index, names: Object.keys(tensors), read: async () => tensors };
  }
  const hint = (await exists(join(folder, 'pytorch_model.bin')))
    ? 'pytorch_model.bin is a pickle, which may run code when it is read: convert it to safetensors first'
    : 'expected model.safetensors, or model.safetensors.index.json with its shards';
  throw new DistillerError('input', `${folder} has no weights: ${hint}.`);
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

function asParameter(files: HostTensors, name: string, where: string): Parameter {
  const tensor = files[name] as HostTensors[string];
  if (tensor.dtype !== 'float32') {
    throw new DistillerError(
      'input',
      `${where}: "${name}" is ${tensor.dtype}; expected floating-point numbers.`,
    );
  }
  const broken = firstNotFinite(tensor.data as Float32Array);
  if (broken >= 0) {
    throw new DistillerError(
      'input',
      `${where}: "${name}" holds ${tensor.data[broken]} at element ${broken}, so the model could compute nothing. The training that wrote it diverged, or the file is damaged.`,
    );
  }
  return tensor as Parameter;
}

function firstNotFinite(data: Float32Array): number {
  return data.findIndex((value) => !Number.isFinite(value));
}

/** The first few of many names. */
function enumerate(names: readonly string[]): string {
  const shown = names.slice(0, 6).join(', ');
  return names.length > 6 ? `${shown} and ${names.length - 6} more` : shown;
}
