import type { Engine, Example, TextModel, Texts } from '@distiller/core';
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
}

export interface Prediction {
  readonly texts: Texts;
  readonly logits: readonly number[];
  /** The most probable class, or the value for a regression. */
  readonly label: string | number;
  /** By class name; absent for a regression. */
  readonly probabilities?: Readonly<Record<string, number>>;
}

/** Labels texts, in their order; holds no more than one window of them in memory. */
export async function* predict(options: PredictOptions): AsyncIterable<Prediction> {
  const { model, engine, batchSize = 64 } = options;
  const role = {
    tokenizer: model.tokenizer,
    maxLength: Math.min(options.maxLength ?? Infinity, model.description.maxLength),
  };
  const inference = await engine.inference(modelProgram(model), model.weights);
  try {
    for await (const window of windows(options.texts, batchSize)) {
      const encoded = await encodeExamples(window, { student: role });
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
