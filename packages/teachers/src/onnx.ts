import { join, resolve } from 'node:path';
import {
  defineComponent,
  DistillerError,
  fingerprint,
  readModelConfig,
  RESOLVE_PATH,
  validateRecipe,
  type HostTensor,
  type Teacher,
} from '@distiller/core';
import { loadTokenizer } from '@distiller/data';
import { openOnnxFile, type OnnxFile } from '@distiller/engine-onnx';
import { z } from 'zod';
import { readFile } from 'node:fs/promises';
import { encodeBatch, rowsOf } from './encode-batch.js';

const settings = z.strictObject({
  model: z
    .string()
    .min(1)
    .describe(
      'Folder with config.json, a tokenizer and onnx/model.onnx, as transformers.js lays it out.',
    ),
  file: z.string().min(1).default('onnx/model.onnx').describe('The model inside the folder.'),
});

export type OnnxTeacherOptions = z.input<typeof settings>;

/** Our name of each input that a classifier may have. */
const INPUTS: Readonly<Record<string, 'ids' | 'mask' | 'types'>> = {
  input_ids: 'ids',
  attention_mask: 'mask',
  token_type_ids: 'types',
};

const OUTPUT = 'logits';

/** Where no number is said, what BERT reads. */
const DEFAULT_MAX_LENGTH = 512;

/**
 * A classifier that somebody exported to ONNX. It gives logits only: stock files don't show their layers.
 *
 * @throws DistillerError `input` when the folder holds no such classifier: other inputs or outputs, or another number
 *   of classes than `config.json` says.
 */
export async function onnx(
  options: OnnxTeacherOptions,
  { resolvePath = resolve }: { readonly resolvePath?: (path: string) => string } = {},
): Promise<Teacher> {
  const { model, file } = validateRecipe(settings, options, 'teacher onnx');
  const folder = resolvePath(model);
  const path = join(folder, file);
  const config = await readModelConfig(folder);
  const tokenizer = await loadTokenizer(folder);
  const bytes = await readFile(path).catch(() => Buffer.alloc(0));
  const session = await openOnnxFile(path);
  try {
    assertClassifier(session, path);
    const labels = labelsOf(config);
    assertClasses(session, labels.length, path);
    const fixed = fixedLength(session);
    const maxLength =
      fixed ?? lengthOf(config, JSON.parse(tokenizer.files()['tokenizer_config.json'] ?? '{}'));
    let computed = 0;
    return {
      tokenizer,
      description: {
        architecture: `${String(config['model_type'] ?? 'model')} (ONNX)`,
        layers: 0,
        hiddenSize: 0,
        heads: 0,
        vocabularySize: tokenizer.vocabularySize,
        maxLength,
        outputs: labels.length,
        ...(labels.every((label) => !/^LABEL_\d+$/.test(label)) && { labels }),
        provides: ['logits'],
      },
      fingerprint: fingerprint('onnx', bytes, tokenizer.fingerprint),
      async signals(batch, needs) {
        assertLogitsOnly(needs.layers.length);
        if (!needs.logits) return {};
        const given = fixed === undefined ? batch.encodings['teacher'] : undefined;
        const encoding = given ?? encodeBatch(batch, tokenizer, rowsOf(batch), maxLength, fixed);
        const inputs = Object.entries(INPUTS).map(([theirs, ours]) => [theirs, encoding[ours]]);
        const { logits } = await session.run(Object.fromEntries(inputs));
        assertShape(logits, labels.length, path);
        computed += batch.examples.length;
        return { logits };
      },
      statistics: () => ({ computed, cached: 0 }),
      dispose: () => session.dispose(),
    };
  } catch (error) {
    await session.dispose();
    throw error;
  }
}

function assertClassifier({ inputs, outputs }: OnnxFile, path: string): void {
  const names = inputs.map(({ name }) => name);
  const known = Object.keys(INPUTS);
  const foreign = names.find((name) => !known.includes(name));
  if (foreign !== undefined || !names.includes('input_ids')) {
    throw new DistillerError(
      'input',
      `${path} has the inputs ${names.join(', ')}; expected input_ids and maybe attention_mask and token_type_ids. It is no text classifier.`,
    );
  }
  const given = outputs.map(({ name }) => name);
  if (!given.includes(OUTPUT)) {
    throw new DistillerError(
      'input',
      `${path} has the outputs ${given.join(', ')}; expected ${OUTPUT}. Export it with the head of a classifier.`,
    );
  }
}

function assertClasses({ outputs }: OnnxFile, classes: number, path: string): void {
  const width = outputs.find(({ name }) => name === OUTPUT)?.shape.at(-1);
  if (typeof width !== 'number' || width < 1 || width === classes) return;
  throw new DistillerError(
    'input',
    `${path} gives ${width} logits, but config.json names ${classes} classes. They do not belong together.`,
  );
}

function assertShape(
  logits: HostTensor | undefined,
  classes: number,
  path: string,
): asserts logits is HostTensor {
  if (logits?.shape.length === 2 && logits.shape[1] === classes) return;
  throw new DistillerError(
    'input',
    `${path} gives logits [${logits?.shape.join(', ')}]; expected [texts, ${classes}].`,
  );
}

function assertLogitsOnly(layers: number): void {
  if (layers === 0) return;
  throw new DistillerError(
    'config',
    'teacher onnx: layers are asked for, but it gives logits only. Use a teacher whose layers can be seen.',
  );
}

/** The one number of tokens that the model takes, when it was exported for one. */
function fixedLength({ inputs }: OnnxFile): number | undefined {
  const length = inputs.find(({ name }) => name === 'input_ids')?.shape[1];
  return typeof length === 'number' && length > 0 ? length : undefined;
}

function labelsOf(config: Readonly<Record<string, unknown>>): readonly string[] {
  const names = config['id2label'] ?? { 0: 'LABEL_0', 1: 'LABEL_1' };
  return Object.entries(names as Record<string, string>)
    .sort(([a], [b]) => Number(a) - Number(b))
    .map(([, label]) => label);
}

/** Longest input: as the tokenizer says, else as the position table does. */
function lengthOf(
  config: Readonly<Record<string, unknown>>,
  { model_max_length: told }: { readonly model_max_length?: unknown },
): number {
  if (typeof told === 'number' && told > 0 && told < 1e6) return told;
  const positions = config['max_position_embeddings'];
  return typeof positions === 'number' ? positions : DEFAULT_MAX_LENGTH;
}

export const onnxComponent = defineComponent({
  kind: 'teacher',
  name: 'onnx',
  summary: 'A classifier in an ONNX file, as transformers.js lays it out; logits only.',
  settings,
  needs: { resolvePath: RESOLVE_PATH },
  create: onnx,
});
