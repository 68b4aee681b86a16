import type { TokenizerModel } from '@distiller/core';

const CONFIG = 'tokenizer_config.json';

/**
 * The tokenizer's files as they belong beside a model: `tokenizer_config.json` says how long the model's input may be, so
 * that others cut longer texts instead of failing.
 *
 * @param maxLength tokens, special tokens included.
 */
export function tokenizerFiles(
  tokenizer: TokenizerModel,
  maxLength: number,
): Readonly<Record<string, string>> {
  const files = tokenizer.files();
  const config = { ...JSON.parse(files[CONFIG] ?? '{}'), model_max_length: maxLength };
  return { ...files, [CONFIG]: `${JSON.stringify(config, undefined, 2)}\n` };
}
