import { join } from 'node:path';
import { stat } from 'node:fs/promises';
import { writeFileAtomically, type TextModel } from '@distiller/core';
import { exportOnnx } from '@distiller/engine-onnx';
import { portableProgram } from '@distiller/pipeline';

export interface ExportOptions {
  readonly format: 'onnx' | 'safetensors';
  /** How safetensors stores weights. */
  readonly dtype: 'F32' | 'F16' | 'BF16';
  readonly folder: string;
}

export interface Export {
  readonly format: 'onnx' | 'safetensors';
  readonly folder: string;
  /** The file with the weights. */
  readonly path: string;
  /** Its size. */
  readonly bytes: number;
}

/**
 * Writes a model for others to load: `safetensors` as transformers reads it, `onnx` in the layout of transformers.js
 * (`onnx/model.onnx` with int64 `input_ids`, `attention_mask` and `token_type_ids` [batch, sequence] → `logits`, or
 * `start_logits` and `end_logits` of a model for spans).
 * A model that is unrolled over the sequence is exported for one length, which `sequence_length` in `config.json` tells.
 *
 * @throws DistillerError `io` naming the file that can't be written.
 */
export async function exportModel(model: TextModel, options: ExportOptions): Promise<Export> {
  const { format, folder, dtype } = options;
  const path = join(folder, format === 'onnx' ? 'onnx/model.onnx' : 'model.safetensors');
  if (format === 'onnx') await writeOnnxFolder(model, folder, path);
  else await model.save(folder, model.weights, { dtype });
  return { format, folder, path, bytes: (await stat(path)).size };
}

async function writeOnnxFolder(model: TextModel, folder: string, path: string): Promise<void> {
  const { isUnrolled, maxLength } = model.description;
  const shape = ['batch', isUnrolled ? maxLength : 'sequence'];
  const { program, outputs } = portableProgram(model);
  const onnx = exportOnnx(program, model.weights, {
    inputs: [
      { name: 'ids', as: 'input_ids', shape },
      { name: 'mask', as: 'attention_mask', shape },
      { name: 'types', as: 'token_type_ids', shape },
    ],
    outputs: Object.fromEntries(outputs.map((name) => [name, name])),
    ...(isUnrolled ? {} : { limits: { sequence: maxLength } }),
  });
  await writeFileAtomically(path, onnx);
  for (const [name, text] of Object.entries(model.files())) {
    const isConfig = name === 'config.json' && isUnrolled;
    await writeFileAtomically(join(folder, name), isConfig ? withLength(text, maxLength) : text);
  }
}

/** Notes in a `config.json` the one length to which texts must be padded. */
function withLength(config: string, length: number): string {
  const json = { ...(JSON.parse(config) as object), sequence_length: length };
  return `${JSON.stringify(json, undefined, 2)}\n`;
}
