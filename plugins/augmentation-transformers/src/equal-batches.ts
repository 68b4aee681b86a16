/**
 * Batches of numbers of texts that have equally many tokens, so that none is padded, each filled up to one size by its
 * last text: then what a model says of a text does not depend on which texts are beside it.
 *
 * @param lengths tokens of each text.
 * @param size ≥ 1.
 */
export function equalBatches(lengths: readonly number[], size: number): readonly number[][] {
  const byLength = new Map<number, number[]>();
  for (const [text, length] of lengths.entries()) {
    const members = byLength.get(length);
    if (members) members.push(text);
    else byLength.set(length, [text]);
  }
  return [...byLength.values()].flatMap((members) =>
    Array.from({ length: Math.ceil(members.length / size) }, (_, batch) =>
      Array.from(
        { length: size },
        (__, i) => members[Math.min(batch * size + i, members.length - 1)] as number,
      ),
    ),
  );
}
