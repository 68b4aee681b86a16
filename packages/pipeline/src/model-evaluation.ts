import {
  createRng,
  DistillerError,
  type Batch,
  type Engine,
  type HostTensors,
  type Inference,
  type Task,
  type TextModel,
  type Weights,
} from '@distiller/core';
import { evaluationBatches, type EncodedExamples } from '@distiller/data';
import { scoreSplit } from './evaluate-model.js';
import { medianLatency } from './latency.js';
import { maskTokensOf } from './masked-lm/mask-tokens-of.js';
import { maskedLmScores } from './masked-lm/masked-lm-program.js';
import { modelInputs, modelProgram } from './model-program.js';
import type { Scores } from './phase.js';

const EVALUATION_BATCH = 64;

/** A model on an engine, ready to be scored and timed. */
export class ModelEvaluation {
  private constructor(
    private readonly task: Task,
    private readonly role: string,
    private readonly inference: Inference,
    private readonly inputsOf: (batch: Batch) => HostTensors,
    private readonly signal: AbortSignal | undefined,
  ) {}

  /**
   * @param role whose encodings the model reads: `student`, `teacher`.
   * @param signal ends a scoring. Leave it out where half an evaluation would be lost with the training around it.
   */
  static async open(
    engine: Engine,
    model: TextModel,
    task: Task,
    role: string,
    signal?: AbortSignal,
  ): Promise<ModelEvaluation> {
    const isMaskedLm = task.kind === 'masked-lm';
    // The same tokens are hidden at every evaluation, so that scores can be compared.
    const mask = isMaskedLm ? maskTokensOf(model, role, createRng(0)) : undefined;
    const program = isMaskedLm ? maskedLmScores(model) : modelProgram(model);
    return new ModelEvaluation(
      task,
      role,
      await engine.inference(program, model.weights),
      (batch) => (mask ? (mask(batch, 0).encodings[role] ?? {}) : modelInputs(batch, role)),
      signal,
    );
  }

  /** @param weights other values than the model's own, e.g. in the middle of a training. */
  async score(encoded: EncodedExamples, weights?: Weights): Promise<Scores> {
    if (weights) this.inference.setWeights(weights);
    return scoreSplit({
      task: this.task,
      encoded,
      leader: this.role,
      batchSize: EVALUATION_BATCH,
      ...(this.signal && { signal: this.signal }),
      logits: async (batch) => {
        const { logits } = await this.inference.run(this.inputsOf(batch));
        if (!logits)
          throw new DistillerError(
            'bug',
            'The model gave no logits; this is a bug in modelProgram.',
          );
        return logits;
      },
    });
  }

  /** Median milliseconds for one text of median length. */
  async latency(encoded: EncodedExamples): Promise<number> {
    const { kind, outputs } = this.task;
    const median = medianExample(encoded, this.role);
    const [single] = evaluationBatches(median, { size: 1, leader: this.role, kind, outputs });
    return medianLatency(this.inference, this.inputsOf(single as Batch));
  }

  async dispose(): Promise<void> {
    await this.inference.dispose();
  }
}

/** The example of median length alone, for every role. */
function medianExample({ examples, texts }: EncodedExamples, role: string): EncodedExamples {
  const starts = texts[role]?.starts ?? new Uint32Array([0, 0]);
  const length = (index: number) => (starts[index + 1] ?? 0) - (starts[index] ?? 0);
  const order = examples.map((_, index) => index).sort((a, b) => length(a) - length(b) || a - b);
  const median = order[order.length >> 1] ?? 0;
  return {
    examples: examples.slice(median, median + 1),
    texts: Object.fromEntries(
      Object.entries(texts).map(([name, all]) => {
        const [from = 0, to = 0] = all.starts.subarray(median, median + 2);
        return [
          name,
          {
            ...all,
            starts: Uint32Array.of(0, to - from),
            ...(all.alignments && { alignments: all.alignments.slice(median, median + 1) }),
            ...(all.spans && { spans: all.spans.slice(2 * median, 2 * median + 2) }),
            ids: all.ids.slice(from, to),
            types: all.types.slice(from, to),
          },
        ];
      }),
    ),
  };
}
