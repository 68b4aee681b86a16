import { createReadStream } from 'node:fs';
import { resolve } from 'node:path';
import { Command } from 'commander';
import type { WindowOptions } from '@distiller/core';
import { collect, wholeNumber } from '../recipe-options.js';
import type { Session } from '../session.js';

interface PredictOptions {
  readonly file?: string;
  readonly pair?: boolean;
  readonly plugin?: readonly string[];
  readonly engine: string;
  readonly maxLength?: number;
  readonly batchSize?: number;
  readonly topK?: number;
  readonly docStride?: number;
  readonly maxQueryLength?: number;
}

const HELP = `
MODEL is a Hugging Face folder, or a run folder. Texts come from the arguments, else from --file, else from
stdin, one a line. Each result is one line: label, probability and text with tabs between, or JSON with --json.
What a label is depends on the model: a class; those above ½ with commas between, of a multi-label model; a tag for each
word (white space separates words); the answer to a question, for which --pair gives question and context; the likeliest words
for each [MASK] (or <mask>) in a text, of a masked language model.

Examples:
  $ distiller predict runs/my "a fine film" "what a bore"
  $ distiller predict runs/my --file reviews.txt --json > labels.jsonl
  $ cut -f1 reviews.tsv | distiller predict runs/my
  $ distiller predict runs/entailment --pair < pairs.tsv
  $ distiller predict runs/words "a [MASK] film" --top-k 3
  $ distiller predict runs/squad --pair "$(printf 'Who sang?\\tBob sang and Ann danced.')"`;

/** `distiller predict MODEL [TEXT…]`. */
export function predictCommand(session: Session): Command {
  return new Command('predict')
    .summary('label texts')
    .description('Labels texts with a model.')
    .argument('<model>', 'folder of the model')
    .argument('[text...]', 'texts to label')
    .option('--file <file>', 'read texts from this file, one a line')
    .option('--pair', 'each text is a pair, with a tab between')
    .option('--plugin <name>', 'load this plugin too (may be repeated)', collect)
    .option('--engine <name>', 'what computes', 'onnx')
    .option('--max-length <tokens>', 'longer texts are truncated', wholeNumber)
    .option(
      '--doc-stride <tokens>',
      'of contexts: from one window to the next (default: as in training)',
      wholeNumber,
    )
    .option(
      '--max-query-length <tokens>',
      'longer questions are cut (default: as in training)',
      wholeNumber,
    )
    .option('--top-k <words>', 'of a masked language model: words for each mask', wholeNumber, 5)
    .option('--batch-size <texts>', 'texts at a time', wholeNumber)
    .addHelpText('after', HELP)
    .action(async (model: string, texts: string[], options: PredictOptions) => {
      const { io, output } = session;
      const {
        bind,
        inputLines,
        modelFolder,
        openModel,
        openRegistry,
        predict,
        predictionLine,
        REPORTER,
        textsOfLines,
      } = await session.toolkit();
      const registry = await openRegistry(options.plugin ?? [], io.folder);
      const loaded = await openModel(registry, await modelFolder(resolve(io.folder, model)));
      const services = [bind(REPORTER, output.reporter)];
      const engine = await registry.create('engine', { use: options.engine }, services);
      try {
        if (texts.length === 0 && !options.file && io.in.isTTY) {
          output.reporter.info('Type texts, one a line; Ctrl-D ends.');
        }
        const source = options.file ?? 'stdin';
        const file = options.file && createReadStream(resolve(io.folder, options.file));
        const lines = inputLines(file || io.in, source, io.signal);
        const predictions = predict({
          model: loaded,
          engine,
          texts: textsOfLines(texts.length > 0 ? texts : lines, options.pair ?? false),
          maxLength: options.maxLength,
          windows: windowsGiven(options),
          topK: options.topK,
          batchSize: options.batchSize,
          reporter: output.reporter,
          signal: io.signal,
        });
        let isEmpty = true;
        for await (const prediction of predictions) {
          isEmpty = false;
          await output.item(prediction, () => predictionLine(prediction));
        }
        if (isEmpty) output.reporter.warn(`${source} is empty: there was no text to label.`);
      } finally {
        await engine.dispose();
      }
    });
}

function windowsGiven({ docStride, maxQueryLength }: PredictOptions): Partial<WindowOptions> {
  return {
    ...(docStride !== undefined && { docStride }),
    ...(maxQueryLength !== undefined && { maxQueryLength }),
  };
}
