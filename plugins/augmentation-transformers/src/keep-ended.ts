/** Changes the logits of one step, [B, V], by the tokens so far, [B][n]. */
export type LogitsProcessor = <Logits extends RowsOfLogits>(
  ids: readonly (readonly bigint[])[],
  logits: Logits,
) => Logits;

/** The library's tensor: a row [V] by its number. */
interface RowsOfLogits {
  readonly [row: number]: { readonly data: Float32Array };
}

/**
 * Lets a text that has ended say nothing but its end. transformers.js goes on with every text of a batch until all of them
 * end at one step, so that its translations would run on behind their ends.
 *
 * @param ends ids of the tokens that end a text. The first token of a row starts it, even where it is one of them.
 */
export function keepEnded(ends: readonly number[]): LogitsProcessor {
  return (ids, logits) => {
    for (const [row, said] of ids.entries()) {
      const end = ends.find((id) => said.includes(BigInt(id), 1));
      const data = logits[row]?.data;
      if (end === undefined || !data) continue;
      data.fill(-Infinity);
      data[end] = 0;
    }
    return logits;
  };
}
