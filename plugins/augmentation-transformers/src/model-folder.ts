import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { DistillerError } from '@distiller/core';

/** How weights are stored, and what the names of such files end in. */
const SUFFIXES = { fp32: '', fp16: '_fp16', q8: '_quantized', q4: '_q4' } as const;

export type WeightType = keyof typeof SUFFIXES;

export const WEIGHT_TYPES = Object.keys(SUFFIXES) as [WeightType, ...WeightType[]];

/**
 * Where in a model's folder the ONNX files are: in `onnx`, where published folders have them, or beside `config.json`,
 * where an export puts them.
 *
 * @throws DistillerError `input` naming the file that is missing.
 */
export async function onnxSubfolder(folder: string, dtype: WeightType): Promise<'onnx' | ''> {
  const files = ['encoder_model', 'decoder_model_merged'].map(
    (name) => `${name}${SUFFIXES[dtype]}.onnx`,
  );
  const subfolder = (await exists(join(folder, files[0] as string))) ? '' : 'onnx';
  const needed = ['config.json', 'tokenizer.json', ...files.map((file) => join(subfolder, file))];
  for (const file of needed) {
    if (await exists(join(folder, file))) continue;
    throw new DistillerError(
      'input',
      `translator transformers: ${join(folder, file)} is missing. Expected the folder of a translation model as transformers.js reads it, ` +
        `with ${needed.join(', ')}; Hugging Face repositories tagged "transformers.js" are such folders.`,
    );
  }
  return subfolder;
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
