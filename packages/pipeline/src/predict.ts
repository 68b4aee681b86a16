import {
  DistillerError,
  type Engine,
  type Example,
  type Reporter,
  type TextModel,
  type Texts,
} from '@distiller/core';
import { encodeExamples, evaluationBatches } from '@distiller/data';
import { modelProgram } from './model-program.js';

export interface PredictOptions {
  readonly model: TextModel;
  readonly engine: Engine;
  readonly texts: Iterable<Texts> | AsyncIterable<Texts>;
  /** Longest input in tokens; by default what the model reads. */
  readonly maxLength?: number | undefined;
  /** Texts that are labelled at a time; default 64. */
  readonly batchSize?: number | undefined;
  /** Told at the end how many texts were too long. */
  readonly reporter?: Pick<Reporter, 'warn'> | undefined;
  /** Abort it to stop before the next texts. */
  readonly signal?: AbortSignal | undefined;
}

export interface Prediction {
  readonly texts: Texts;
  readonly logits: readonly number[];
  /** The most probable class, or the value for a regression. */
  readonly label: string | number;
  /** By class name; absent for a regression. */
  readonly probabilities?: Readonly<Record<string, number>>;
}

/**
 * Labels texts, in their order; holds no more than one window of them in memory.
 *
 * @throws DistillerError `cancelled` when the signal is aborted; `numeric` when the model gives no numbers.
 */
export async function* predict(options: PredictOptions): AsyncIterable<Prediction> {
  const { model, engine, batchSize = 64 } = options;
  const role = {
    tokenizer: model.tokenizer,
    maxLength: Math.min(options.maxLength ?? Infinity, model.description.maxLength),
  };
  let done = 0;
  let truncated = 0;
  const inference = await engine.inference(modelProgram(model), model.weights);
  try {
    for await (const window of windows(options.texts, batchSize)) {
      if (options.signal?.aborted)
        throw new DistillerError('cancelled', `Stopped after ${done} texts.`);
      const encoded = await encodeExamples(window, { student: role });
      truncated += encoded.texts['student']?.truncated ?? 0;
      const rows: number[][] = [];
      for (const batch of evaluationBatches(encoded, { size: batchSize, kind: 'classification' })) {
        const { logits } = await inference.run(batch.encodings['student'] ?? {});
        const width = model.description.outputs;
        batch.indices.forEach((index, row) => {
          rows[index] = Array.from(logits?.data.subarray(row * width, (row + 1) * width) ?? []);
        });
      }
      for (const [index, { texts }] of window.entries())
        yield interpret(texts, rows[index] ?? [], model.description.labels);
      done += window.length;
    }
    if (truncated > 0) {
      options.reporter?.warn(
        `${truncated} of ${done} texts are longer than ${role.maxLength} tokens and were cut.`,
      );
    }
  } finally {
    await inference.dispose();
  }
}

function interpret(
  texts: Texts,
  logits: readonly number[],
  labels: readonly string[] | undefined,
): Prediction {
  if (!logits.every(Number.isFinite)) {
    throw new DistillerError(
      'numeric',
      `The model gives ${logits.join(', ')} for "${texts[0].slice(0, 60)}"; a label needs finite numbers. Its training diverged.`,
    );
  }
  if (logits.length === 1) return { texts, logits, label: logits[0] ?? NaN };
  const highest = Math.max(...logits);
  const exponentials = logits.map((logit) => Math.exp(logit - highest));
  const total = exponentials.reduce((sum, value) => sum + value, 0);
  const name = (id: number) => labels?.[id] ?? `LABEL_${id}`;
  return {
    texts,
    logits,
    label: name(logits.indexOf(highest)),
    probabilities: Object.fromEntries(exponentials.map((value, id) => [name(id), value / total])),
  };
}

async function* windows(texts: PredictOptions['texts'], size: number): AsyncIterable<Example[]> {
  let window: Example[] = [];
  let count = 0;
  for await (const text of texts) {
    window.push({ id: String(count++), texts: text });
    if (window.length === size) {
      yield window;
      window = [];
    }
  }
  if (window.length > 0) yield window;
}
