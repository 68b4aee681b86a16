import type {
  EncodedInputs,
  Engine,
  HostTensor,
  HostTensors,
  Inference,
  TextModel,
} from '@distiller/core';

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
        const inputs = batchOf(
          chosen.map((row) => rows[row] as MaskedRow),
          size,
          length,
          this.model.tokenizer.padId,
        );
        const { logits } = await (await this.#open()).run(inputs);
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

/** `ids`, `mask` and `types` [size, length], `positions` [size, 1]; rows beyond the given repeat the last. */
function batchOf(
  rows: readonly MaskedRow[],
  size: number,
  length: number,
  padId: number,
): HostTensors {
  const ids = new Int32Array(size * length).fill(padId);
  const mask = new Int32Array(size * length);
  const positions = new Int32Array(size);
  for (let i = 0; i < size; i++) {
    const row = rows[Math.min(i, rows.length - 1)] as MaskedRow;
    ids.set(row.ids, i * length);
    mask.fill(1, i * length, i * length + row.ids.length);
    positions[i] = row.position;
  }
  const tensor = (data: Int32Array, width: number): HostTensor => ({
    dtype: 'int32',
    shape: [size, width],
    data,
  });
  return {
    ids: tensor(ids, length),
    mask: tensor(mask, length),
    types: tensor(new Int32Array(size * length), length),
    positions: tensor(positions, 1),
  };
}
