import {
  DistillerError,
  type Engine,
  type Example,
  type HostTensor,
  type ModelDescription,
  type Reporter,
  type TaskKind,
  type TextModel,
  type Texts,
  type WindowOptions,
} from '@distiller/core';
import { encodeExamples, evaluationBatches, windowsOf } from '@distiller/data';
import { interpreter, type Prediction } from './interpret-logits.js';
import { maskFiller } from './masked-lm/fill-masks.js';
import { modelInputs, modelProgram } from './model-program.js';

export interface PredictOptions {
  readonly model: TextModel;
  readonly engine: Engine;
  readonly texts: Iterable<Texts> | AsyncIterable<Texts>;
  /** Longest input in tokens; by default what the model reads. */
  readonly maxLength?: number | undefined;
  /** For questions: how contexts are cut; what is left out is as the model was trained. */
  readonly windows?: Partial<WindowOptions> | undefined;
  /** Of a masked language model: how many words are told of each mask; default 5. */
  readonly topK?: number | undefined;
  /** Texts that are labelled at a time; default 64. */
  readonly batchSize?: number | undefined;
  /** Told at the end how many texts were too long. */
  readonly reporter?: Pick<Reporter, 'warn'> | undefined;
  /** Abort it to stop before the next texts. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Labels texts, or finds the words behind their masks, in their order; holds no more than one window of them in memory.
 *
 * @throws DistillerError `cancelled` when the signal is aborted; `numeric` when the model gives no numbers.
 */
export async function* predict(options: PredictOptions): AsyncIterable<Prediction> {
  const { model, engine, batchSize = 64 } = options;
  const kind = kindOf(model.description);
  const role = {
    tokenizer: model.tokenizer,
    maxLength: Math.min(options.maxLength ?? Infinity, model.description.maxLength),
  };
  const cut = windowsOf(model.description.windows, options.windows);
  const filler = kind === 'masked-lm' ? maskFiller(model, options.topK ?? 5) : undefined;
  let done = 0;
  let truncated = 0;
  const inference = await engine.inference(modelProgram(model), model.weights);
  try {
    for await (const window of windows(options.texts, batchSize)) {
      if (options.signal?.aborted)
        throw new DistillerError('cancelled', `Stopped after ${done} texts.`);
      if (kind === 'span') assertPairs(window, done);
      const encoded = await encodeExamples(window, { student: role }, { kind, windows: cut });
      truncated += encoded.texts['student']?.truncated ?? 0;
      const answers = filler?.interpreter() ?? interpreter(kind, model.description.labels);
      for (const batch of evaluationBatches(encoded, { size: batchSize, kind })) {
        const { logits } = await inference.run(
          filler?.inputs(batch, done) ?? modelInputs(batch, 'student'),
        );
        answers.add(batch, logits as HostTensor);
      }
      yield* answers.predictions();
      done += window.length;
    }
    if (truncated > 0) {
      options.reporter?.warn(
        kind === 'span'
          ? `${truncated} of ${done} questions are longer than ${cut.maxQueryLength} tokens and were cut.`
          : `${truncated} of ${done} texts are longer than ${role.maxLength} tokens and were cut.`,
      );
    }
  } finally {
    await inference.dispose();
  }
}

/** What the model's logits are; a folder that does not say so tells it by their number. */
function kindOf({ kind, outputs }: ModelDescription): TaskKind {
  return kind ?? (outputs === 1 ? 'regression' : 'classification');
}

function assertPairs(window: readonly Example[], done: number): void {
  const single = window.findIndex(({ texts }) => texts.length < 2);
  if (single < 0) return;
  throw new DistillerError(
    'input',
    `Text ${done + single + 1} is one text; this model answers questions and needs two, the question and its context. On the command line give --pair.`,
  );
}

async function* windows(texts: PredictOptions['texts'], size: number): AsyncIterable<Example[]> {
  let window: Example[] = [];
  for await (const text of texts) {
    window.push({ id: String(window.length), texts: text });
    if (window.length === size) {
      yield window;
      window = [];
    }
  }
  if (window.length > 0) yield window;
}
