import { resolve } from 'node:path';
import {
  defineComponent,
  DistillerError,
  RESOLVE_PATH,
  validateRecipe,
  type Translator,
} from '@distiller/core';
import { z } from 'zod';
import { equalBatches } from './equal-batches.js';
import { keepEnded } from './keep-ended.js';
import {
  loadLibrary,
  type LoadLibrary,
  type TransformersLibrary,
  type TranslationPipeline,
} from './load-library.js';
import { onnxSubfolder, WEIGHT_TYPES } from './model-folder.js';
import { directionOf, modelSettings, type Direction } from './translation-models.js';

const settings = z.strictObject({
  models: modelSettings,
  dtype: z
    .enum(WEIGHT_TYPES)
    .default('fp32')
    .describe('Which files are read: weights in float32, float16, or quantised to 8 or 4 bits.'),
  batchSize: z.int().positive().default(8).describe('Texts that are translated at once.'),
  maxNewTokens: z.int().positive().default(256).describe('Longest translation in tokens.'),
  threads: z.int().positive().optional().describe('Of ONNX Runtime; by default its own choice.'),
});

export type TransformersOptions = z.input<typeof settings>;

export interface TransformersServices {
  /** By default relative paths count from the working directory. */
  readonly resolvePath?: (path: string) => string;
  /** By default `import`. */
  readonly load?: LoadLibrary;
}

/**
 * Translation by sequence-to-sequence models in ONNX, decoded greedily: the most likely token at each step. A model is opened
 * when its direction is first asked for; nothing is fetched from a network.
 *
 * @throws DistillerError `config` listing every problem of the options; translating throws `missing-package` without
 *   transformers.js, `input` naming what a model's folder lacks or what a model can't read.
 * @see https://huggingface.co/docs/transformers.js
 */
export function transformers(
  options: TransformersOptions,
  { resolvePath = resolve, load = (name) => import(name) }: TransformersServices = {},
): Translator {
  const checked = validateRecipe(settings, options, 'translator transformers');
  const { models, dtype, batchSize, maxNewTokens, threads } = checked;
  let library: Promise<TransformersLibrary> | undefined;
  const pipelines = new Map<string, Promise<TranslationPipeline>>();

  const open = async (folder: string): Promise<TranslationPipeline> => {
    const subfolder = await onnxSubfolder(folder, dtype);
    const { pipeline } = await (library ??= loadLibrary(load));
    return pipeline('translation', folder, {
      dtype,
      device: 'cpu',
      subfolder,
      local_files_only: true,
      session_options: threads === undefined ? {} : { intraOpNumThreads: threads },
    }).catch((cause: Error) => {
      throw failure(folder, 'does not open', cause);
    });
  };
  const pipelineOf = async ({ folder }: Direction): Promise<TranslationPipeline> => {
    const path = resolvePath(folder);
    const opening = pipelines.get(path) ?? open(path);
    pipelines.set(path, opening);
    try {
      return await opening;
    } catch (error) {
      pipelines.delete(path);
      library = undefined; // it may be installed by the next time
      throw error;
    }
  };

  return {
    async translate(texts, from, to, signal) {
      stopIfAsked(signal);
      const direction = directionOf(models, from, to);
      const out = [...texts];
      const rows = texts.flatMap((text, row) => (text.trim() === '' ? [] : [row]));
      if (rows.length === 0) return out;
      const pipeline = await pipelineOf(direction);
      const given = rows.map((row) => direction.prefix + texts[row]);
      const lengths = given.map((text) => pipeline.tokenizer.encode(text).length);
      const decoding = {
        max_new_tokens: maxNewTokens,
        num_beams: 1,
        do_sample: false,
        logits_processor: [keepEnded(endsOf(pipeline))],
      } as const;
      for (const batch of equalBatches(lengths, batchSize)) {
        stopIfAsked(signal);
        const answers = await pipeline(
          batch.map((i) => given[i] as string),
          { ...direction.codes, ...decoding },
        ).catch((cause: Error) => {
          const length = lengths[batch[0] as number];
          throw failure(direction.folder, `fails on a text of ${length} tokens`, cause);
        });
        for (const [i, { translation_text: text }] of answers.entries())
          out[rows[batch[i] as number] as number] = text.trim();
      }
      return out;
    },
    async dispose() {
      const open = [...pipelines.values()];
      pipelines.clear();
      await Promise.all(open.map(async (pipeline) => (await pipeline).dispose()));
    },
  };
}

/** Ids of the tokens that end a text. */
function endsOf({ model }: TranslationPipeline): readonly number[] {
  return [model.generation_config?.eos_token_id ?? model.config.eos_token_id ?? []].flat();
}

function stopIfAsked(signal: AbortSignal | undefined): void {
  if (signal?.aborted)
    throw new DistillerError(
      'cancelled',
      'translator transformers: stopped while translating texts.',
    );
}

function failure(folder: string, what: string, cause: Error): DistillerError {
  return new DistillerError(
    'input',
    `translator transformers: the model in ${folder} ${what}: ${cause.message.split('\n', 1)[0]}`,
    { cause },
  );
}

export const transformersComponent = defineComponent({
  kind: 'translator',
  name: 'transformers',
  summary:
    'Neural translation by ONNX models of Marian, M2M100, NLLB, mBART or T5, on transformers.js.',
  source: 'https://huggingface.co/docs/transformers.js',
  settings,
  needs: { resolvePath: RESOLVE_PATH },
  create: transformers,
});
