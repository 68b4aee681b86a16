import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DistillerError, Registry } from '@distiller/core';
import { translatorChecks } from '@distiller/testing';
import plugin from './index.js';
import { transformers, type TransformersOptions } from './transformers.js';
import type { TranslationOptions } from './load-library.js';

const FILES = ['config.json', 'tokenizer.json'];
const ONNX = ['encoder_model.onnx', 'decoder_model_merged.onnx'];

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'distiller-transformers-'));
  const make = async (model: string, files: readonly string[]) => {
    await mkdir(join(folder, model, 'onnx'), { recursive: true });
    for (const file of files) await writeFile(join(folder, model, file), '');
  };
  await make('en-es', [...FILES, ...ONNX.map((file) => `onnx/${file}`)]);
  await make('many', [...FILES, ...ONNX]);
  await make('half', [...FILES, 'onnx/encoder_model.onnx']);
});
afterAll(() => rm(folder, { recursive: true }));

interface Call {
  readonly texts: readonly string[];
  readonly options: TranslationOptions;
}

/** A stand-in for the library: a token a letter, translation turns words round. It counts what is open. */
function library() {
  const state = {
    env: { allowRemoteModels: true, logLevel: 30 },
    LogLevel: { ERROR: 40 },
    opened: [] as { folder: string; options: object }[],
    calls: [] as Call[],
    open: 0,
    async pipeline(_: 'translation', path: string, options: object) {
      state.opened.push({ folder: path, options });
      state.open += 1;
      const translate = async (texts: string[], given: TranslationOptions) => {
        state.calls.push({ texts, options: given });
        if (texts.some((text) => text.includes('too long'))) throw new Error('out of range\nmore');
        return texts.map((text) => ({
          translation_text: `${text.split(' ').reverse().join(' ')} `,
        }));
      };
      return Object.assign(translate, {
        model: { config: { eos_token_id: 1 }, generation_config: { eos_token_id: [1, 2] } },
        tokenizer: { encode: (text: string) => [...text].map((letter) => letter.length) },
        dispose: async () => void (state.open -= 1),
      });
    },
  };
  return state;
}

const MODELS = [
  { folder: 'en-es', from: 'eng', to: 'spa' },
  { folder: 'many', languages: { eng: 'en', fra: 'fr' } },
];

function translator(options: Partial<TransformersOptions> = {}, known = library()) {
  const made = transformers(
    { models: MODELS, batchSize: 2, ...options },
    { resolvePath: (path) => join(folder, path), load: async () => known },
  );
  return { ...made, known };
}

describe('translator transformers', () => {
  it.each(translatorChecks.map((check) => [check.name, check] as const))('%s', (_, check) =>
    check.run({ translator: () => translator(), from: 'eng', to: 'spa' }),
  );

  it('is taken by the registry, and lists every problem of its settings', () => {
    const slot = new Registry().use(plugin).slot('translator');
    expect(slot.parse({ use: 'transformers', models: MODELS })).toMatchObject({
      dtype: 'fp32',
      batchSize: 8,
      models: [{ prefix: '' }, MODELS[1]],
    });
    expect(() => transformers({ models: [], dtype: 'fp8' as never })).toThrow(
      /translator transformers has 2 problems:\n {2}models: .*\n {2}dtype: /,
    );
  });

  it('batches texts of one length, filled up, and keeps their order', async () => {
    const { translate, known } = translator();
    const texts = ['a b', 'cc d', 'e f', '', 'g h', ' '];
    expect(await translate(texts, 'eng', 'spa')).toEqual(['b a', 'd cc', 'f e', '', 'h g', ' ']);
    expect(known.calls.map((call) => call.texts)).toEqual([
      ['a b', 'e f'],
      ['g h', 'g h'],
      ['cc d', 'cc d'],
    ]);
    expect(known.calls[0]?.options).toEqual({
      max_new_tokens: 256,
      num_beams: 1,
      do_sample: false,
      logits_processor: [expect.any(Function)],
    });
    const ended = [{ data: Float32Array.of(5, 6, 7) }];
    known.calls[0]?.options.logits_processor[0]?.([[0n, 2n]], ended);
    expect([...(ended[0]?.data ?? [])]).toEqual([-Infinity, -Infinity, 0]);
  });

  it('opens local folders only, each once, when they are needed', async () => {
    const { translate, dispose, known } = translator({ dtype: 'fp32', threads: 2 });
    expect(await translate([' '], 'eng', 'spa')).toEqual([' ']);
    expect(known.opened).toEqual([]);
    for (const to of ['spa', 'fra', 'spa']) await translate(['a'], 'eng', to);
    const options = { dtype: 'fp32', device: 'cpu', local_files_only: true };
    const session = { session_options: { intraOpNumThreads: 2 } };
    expect(known.opened).toEqual([
      { folder: join(folder, 'en-es'), options: { ...options, ...session, subfolder: 'onnx' } },
      { folder: join(folder, 'many'), options: { ...options, ...session, subfolder: '' } },
    ]);
    expect(known.env).toEqual({ allowRemoteModels: false, logLevel: 40 });
    expect(known.open).toBe(2);
    await dispose?.();
    expect(known.open).toBe(0);
  });

  it('tells a model of many languages which, and puts a prefix before the texts of others', async () => {
    const { translate, known } = translator({
      models: [...MODELS, { folder: 'en-es', from: 'eng', to: 'deu', prefix: '>>deu<< ' }],
    });
    await translate(['a'], 'fra', 'eng');
    await translate(['a'], 'eng', 'deu');
    expect(known.calls[0]?.options).toMatchObject({ src_lang: 'fr', tgt_lang: 'en' });
    expect(known.calls[1]?.texts[0]).toBe('>>deu<< a');
    await expect(translate(['a'], 'spa', 'eng')).rejects.toThrow(
      'no model goes from "spa" to "eng"; there are eng to spa; any two of eng, fra; eng to deu.',
    );
    await expect(translate(['a'], 'eng', 'eng')).rejects.toMatchObject({ code: 'config' });
  });

  it('names the file that a folder lacks', async () => {
    const models = [{ folder: 'half', from: 'eng', to: 'spa' }];
    await expect(translator({ models }).translate(['a'], 'eng', 'spa')).rejects.toThrow(
      /half\/onnx\/decoder_model_merged\.onnx is missing\. Expected the folder of a translation model/,
    );
    await expect(translator({ dtype: 'q8' }).translate(['a'], 'eng', 'spa')).rejects.toThrow(
      /en-es\/onnx\/encoder_model_quantized\.onnx is missing/,
    );
  });

  it('says what to install, and looks again the next time', async () => {
    const known = library();
    let isInstalled = false;
    const made = transformers(
      { models: MODELS },
      {
        resolvePath: (path) => join(folder, path),
        load: async (name) => {
          if (isInstalled) return known;
          throw Object.assign(new Error(`Cannot find package '${name}' imported from here`), {
            code: 'ERR_MODULE_NOT_FOUND',
          });
        },
      },
    );
    const error = await made.translate(['a'], 'eng', 'spa').catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(DistillerError);
    expect(error).toMatchObject({ code: 'missing-package', exitCode: 2 });
    expect(String(error)).toMatch(
      /@huggingface\/transformers is not installed\. Install it beside the plugin: npm install @huggingface\/transformers@4\.3\.1 /,
    );
    isInstalled = true;
    expect(await made.translate(['a b'], 'eng', 'spa')).toEqual(['b a']);
  });

  it('does not call the library absent when something in it is', async () => {
    const load = async () => {
      throw Object.assign(new Error("Cannot find package 'sharp'\nand so on"), {
        code: 'ERR_MODULE_NOT_FOUND',
      });
    };
    const made = transformers(
      { models: MODELS },
      { resolvePath: (path) => join(folder, path), load },
    );
    await expect(made.translate(['a'], 'eng', 'spa')).rejects.toThrow(
      "@huggingface/transformers does not load: Cannot find package 'sharp'. Install",
    );
  });

  it('says which model failed, on what', async () => {
    const { translate } = translator();
    await expect(translate(['too long'], 'eng', 'spa')).rejects.toThrow(
      'translator transformers: the model in en-es fails on a text of 8 tokens: out of range',
    );
    const broken = { ...library(), pipeline: () => Promise.reject(new Error('no such model')) };
    const made = translator({}, broken as never);
    await expect(made.translate(['a'], 'eng', 'spa')).rejects.toMatchObject({ code: 'input' });
  });
});
