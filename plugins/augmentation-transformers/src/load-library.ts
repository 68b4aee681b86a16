import { DistillerError } from '@distiller/core';
import type { LogitsProcessor } from './keep-ended.js';

const NAME = '@huggingface/transformers';
const VERSION = '4.3.1';

/** What is asked of a model for a batch of texts. */
export interface TranslationOptions {
  /** Codes of the languages, for a model that knows several. */
  readonly src_lang?: string;
  readonly tgt_lang?: string;
  readonly max_new_tokens: number;
  readonly num_beams: 1;
  readonly do_sample: false;
  readonly logits_processor: readonly LogitsProcessor[];
}

interface TextEnds {
  readonly eos_token_id?: number | readonly number[] | null;
}

/** A model that is open. */
export interface TranslationPipeline {
  (
    texts: string[],
    options: TranslationOptions,
  ): Promise<readonly { readonly translation_text: string }[]>;
  readonly tokenizer: { encode(text: string): readonly number[] };
  readonly model: {
    readonly config: TextEnds;
    readonly generation_config?: TextEnds | null;
  };
  dispose(): Promise<unknown>;
}

/** The part of transformers.js that is used. @see https://huggingface.co/docs/transformers.js/api/pipelines */
export interface TransformersLibrary {
  readonly env: { allowRemoteModels: boolean; logLevel?: number };
  /** Of the library's log; absent before 4.0. */
  readonly LogLevel?: { readonly ERROR: number };
  pipeline(
    task: 'translation',
    folder: string,
    options: {
      readonly dtype: string;
      readonly device: 'cpu';
      readonly subfolder: string;
      readonly local_files_only: true;
      readonly session_options: { readonly intraOpNumThreads?: number };
    },
  ): Promise<TranslationPipeline>;
}

/** Imports a package by name. */
export type LoadLibrary = (name: string) => Promise<unknown>;

/**
 * Loads transformers.js and tells it to read local files only and to print nothing but errors.
 *
 * @throws DistillerError `missing-package` saying how to install it, or what it said when it did not load.
 */
export async function loadLibrary(load: LoadLibrary): Promise<TransformersLibrary> {
  let library: TransformersLibrary;
  try {
    library = (await load(NAME)) as TransformersLibrary;
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    const isAbsent = /MODULE_NOT_FOUND$/.test(code ?? '') && message.includes(`'${NAME}'`);
    throw new DistillerError(
      'missing-package',
      `translator transformers: ${NAME} ${isAbsent ? 'is not installed' : `does not load: ${message.split('\n', 1)[0]}`}. ` +
        `Install it beside the plugin: npm install ${NAME}@${VERSION} (about 180 MB beside ONNX Runtime, which it shares with @distiller/engine-onnx).`,
      { cause },
    );
  }
  library.env.allowRemoteModels = false;
  if (library.LogLevel) library.env.logLevel = library.LogLevel.ERROR;
  return library;
}
