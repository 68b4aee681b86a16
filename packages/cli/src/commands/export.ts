import { resolve } from 'node:path';
import { Command, Option } from 'commander';
import { collect } from '../recipe-options.js';
import type { Session } from '../session.js';

interface ExportOptions {
  readonly format: 'onnx' | 'safetensors';
  readonly out?: string;
  readonly plugin?: readonly string[];
  readonly dtype: 'F32' | 'F16' | 'BF16';
}

const HELP = `
MODEL is a Hugging Face folder, or a run folder. The folder written can be published as it is:
  onnx         config.json, tokenizer files, onnx/model.onnx — what transformers.js loads, in Node and in browsers
  safetensors  config.json, tokenizer files, model.safetensors — what transformers loads

Examples:
  $ distiller export runs/my --format onnx --out my-student
  $ distiller export runs/my --format safetensors --dtype F16 --out my-student`;

/** `distiller export MODEL`. */
export function exportCommand(session: Session): Command {
  return new Command('export')
    .summary('write a deployable model')
    .description('Writes a model in a format that others load.')
    .argument('<model>', 'folder of the model')
    .addOption(
      new Option('--format <format>', 'what to write')
        .choices(['onnx', 'safetensors'])
        .makeOptionMandatory(),
    )
    .option('--plugin <name>', 'load this plugin too (may be repeated)', collect)
    .option('--out <folder>', 'where to (default: <model>-<format>, beside the model)')
    .addOption(
      new Option('--dtype <type>', 'how safetensors stores weights')
        .choices(['F32', 'F16', 'BF16'])
        .default('F32'),
    )
    .addHelpText('after', HELP)
    .action(async (model: string, options: ExportOptions) => {
      const { bytes, exportModel, modelFolder, openModel, openRegistry } = await session.toolkit();
      const source = await modelFolder(resolve(session.io.folder, model));
      const folder =
        options.out === undefined
          ? `${source}-${options.format}`
          : resolve(session.io.folder, options.out);
      const registry = await openRegistry(options.plugin ?? [], session.io.folder);
      const result = await exportModel(await openModel(registry, source), { ...options, folder });
      await session.output.result(result, () => `Wrote ${result.path} (${bytes(result.bytes)}).\n`);
    });
}
