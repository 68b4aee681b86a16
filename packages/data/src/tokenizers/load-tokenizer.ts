import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DistillerError, type TokenizerModel } from '@distiller/core';
import { z } from 'zod';
import {
  BERT_SPECIAL_TOKENS,
  bertTokenizerConfig,
  bertTokenizerJson,
} from './bert-tokenizer-json.js';
import { tokenizerFromJson } from './hugging-face-tokenizer.js';

/** Files that belong to a tokenizer and travel with it. */
const FILES = [
  'tokenizer.json',
  'tokenizer_config.json',
  'special_tokens_map.json',
  'vocab.txt',
] as const;

const jsonObject = z.record(z.string(), z.unknown());

const bertConfig = z.looseObject({
  do_lower_case: z.boolean().default(true),
  strip_accents: z.boolean().nullable().default(null),
  tokenize_chinese_chars: z.boolean().default(true),
});

/**
 * The tokenizer of a Hugging Face folder: from `tokenizer.json`, or from a BERT `vocab.txt` with
 * `do_lower_case` of `tokenizer_config.json` (default true, as there).
 *
 * @throws DistillerError `input` when the folder has neither, or a file is malformed.
 */
export async function loadTokenizer(folder: string): Promise<TokenizerModel> {
  const files: Record<string, string> = {};
  for (const name of FILES) {
    const text = await readOptional(join(folder, name));
    if (text !== undefined) files[name] = text;
  }
  const object = (name: (typeof FILES)[number]) => {
    const text = files[name];
    return text === undefined ? undefined : parseObject(text, join(folder, name));
  };
  const map = object('special_tokens_map.json');
  const config = object('tokenizer_config.json');
  const json = object('tokenizer.json');
  if (json !== undefined) {
    return tokenizerFromJson(json, { ...map, ...config }, files, join(folder, 'tokenizer.json'));
  }
  if (files['vocab.txt'] !== undefined) return fromVocabulary(folder, files, config ?? {});
  throw new DistillerError(
    'input',
    `${folder} holds no tokenizer: found neither tokenizer.json nor vocab.txt. ` +
      'Give the folder of a Hugging Face model, or save the tokenizer there with save_pretrained().',
  );
}

function fromVocabulary(
  folder: string,
  files: Readonly<Record<string, string>>,
  config: Readonly<Record<string, unknown>>,
): TokenizerModel {
  const path = join(folder, 'vocab.txt');
  const vocabulary = (files['vocab.txt'] ?? '').replace(/\r?\n$/, '').split(/\r?\n/);
  const missing = BERT_SPECIAL_TOKENS.filter((token) => !vocabulary.includes(token));
  if (missing.length > 0) {
    throw new DistillerError(
      'input',
      `${path}: ${vocabulary.length} tokens, but ${missing.join(', ')} not among them. ` +
        'Only BERT vocabularies can be read from vocab.txt; save other tokenizers as tokenizer.json.',
    );
  }
  const parsed = bertConfig.safeParse(config);
  if (!parsed.success) {
    throw new DistillerError(
      'input',
      `${join(folder, 'tokenizer_config.json')}:\n${z.prettifyError(parsed.error)}`,
    );
  }
  const options = {
    lowercase: parsed.data.do_lower_case,
    stripAccents: parsed.data.strip_accents,
    splitChinese: parsed.data.tokenize_chinese_chars,
  };
  const json = bertTokenizerJson(vocabulary, options);
  const full = { ...bertTokenizerConfig(options), ...config };
  return tokenizerFromJson(
    json,
    full,
    {
      ...files,
      'tokenizer.json': JSON.stringify(json),
      'tokenizer_config.json': JSON.stringify(full, null, 2),
    },
    path,
  );
}

async function readOptional(path: string): Promise<string | undefined> {
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    throw new DistillerError('io', `Can't read ${path}: ${message}.`, { cause });
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new DistillerError('input', `${path} is not UTF-8 text; save it as UTF-8.`, { cause });
  }
}

function parseObject(text: string, path: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new DistillerError(
      'input',
      `${path} is not JSON: ${(cause as Error).message}. Download or save it again.`,
      { cause },
    );
  }
  const object = jsonObject.safeParse(value);
  if (!object.success) {
    throw new DistillerError(
      'input',
      `${path} holds ${value === null ? 'null' : Array.isArray(value) ? 'an array' : `a ${typeof value}`}; expected a JSON object.`,
    );
  }
  return object.data;
}
