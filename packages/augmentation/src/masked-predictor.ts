import type { EncodedInputs, Engine, HostTensor, Inference, TextModel } from '@distiller/core';
import { padEncodings } from '@distiller/data';

export interface MaskedRow {
  readonly ids: readonly number[];
  /** Of the mask. */
  readonly position: number;
}

/** Rows of a batch that is not full. */
const SMALL_BATCH = 8;
const SHORTEST = 16;

/**
 * What a masked language model says at one position of each text. Lengths are rounded up and batches filled up to one of two
 * sizes, so that few shapes have to be compiled; what comes out for a row does not depend on the others.
 */
export class MaskedPredictor {
  #inference: Promise<Inference> | undefined;

  constructor(
    private readonly model: TextModel,
    private readonly engine: Engine,
    private readonly batchSize: number,
  ) {}

  /**
   * @param use is given each row's number and its logits [V], which are valid during the call only.
   * @param beforeBatch may throw to stop.
   */
  async predict(
    rows: readonly MaskedRow[],
    use: (row: number, logits: Float32Array) => void,
    beforeBatch: () => void,
  ): Promise<void> {
    for (const [length, members] of this.#byLength(rows)) {
      for (let start = 0; start < members.length;) {
        beforeBatch();
        const left = members.length - start;
        const isFull = left > this.batchSize / 2;
        const size = isFull ? this.batchSize : Math.min(SMALL_BATCH, this.batchSize);
        const chosen = members.slice(start, start + size);
        const { padId } = this.model.tokenizer;
        const masked = chosen.map((row) => rows[row] as MaskedRow);
        const { logits } = await (
          await this.#open()
        ).run({
          ...padEncodings(masked, { length, padId, rows: size }),
          positions: positionsOf(masked, size),
        });
        const { data } = logits as HostTensor & { data: Float32Array };
        const width = data.length / size;
        chosen.forEach((row, i) => use(row, data.subarray(i * width, (i + 1) * width)));
        start += size;
      }
    }
  }

  async dispose(): Promise<void> {
    const inference = this.#inference;
    this.#inference = undefined;
    await (await inference)?.dispose();
  }

  /** Numbers of rows by the length that they are padded to. */
  #byLength(rows: readonly MaskedRow[]): Map<number, number[]> {
    const byLength = new Map<number, number[]>();
    for (const [row, { ids }] of rows.entries()) {
      let length = SHORTEST;
      while (length < ids.length) length *= 2;
      length = Math.min(length, this.model.description.maxLength);
      const members = byLength.get(length);
      if (members) members.push(row);
      else byLength.set(length, [row]);
    }
    return byLength;
  }

  #open(): Promise<Inference> {
    this.#inference ??= this.engine.inference(
      (params, inputs, context) => ({
        outputs: { logits: this.model.forward(params, inputs as EncodedInputs, context).logits },
      }),
      this.model.weights,
    );
    return this.#inference;
  }
}

/** [size, 1]; rows beyond the given repeat the last. */
function positionsOf(rows: readonly MaskedRow[], size: number): HostTensor {
  const data = Int32Array.from(
    { length: size },
    (_, i) => (rows[Math.min(i, rows.length - 1)] as MaskedRow).position,
  );
  return { dtype: 'int32', shape: [size, 1], data };
}
