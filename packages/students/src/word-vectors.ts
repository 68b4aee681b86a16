import {
  DistillerError,
  type Parameter,
  type Reporter,
  type TokenizerModel,
  type Weights,
} from '@distiller/core';
import { wordVectorRows } from '@distiller/data';

const TABLE = 'embeddings.weight';

/**
 * Puts published word vectors into the rows of the tokens that they have; the others keep their random rows.
 *
 * @param path read by `wordVectorRows`.
 * @throws DistillerError `input` naming the file when its vectors have another width, a line is no vector, or no token has
 *   a vector; `io`.
 */
export function withWordVectors(path: string, reporter?: Pick<Reporter, 'info'>) {
  return async (weights: Weights, tokenizer: TokenizerModel): Promise<Weights> => {
    const table = weights[TABLE] as Parameter;
    const width = table.shape[1] as number;
    const data = table.data.slice();
    const rows = vocabularyOf(tokenizer);
    let found = 0;
    for await (const { word, vector } of wordVectorRows(path)) {
      if (vector.length !== width) {
        throw new DistillerError(
          'input',
          `${path}: its vectors have ${vector.length} numbers; expected ${width}, the embeddingSize.`,
        );
      }
      const row = rows.get(word);
      if (row === undefined) continue;
      data.set(vector, row * width);
      found += 1;
    }
    if (found === 0)
      throw new DistillerError('input', `${path} has no vector for a token of the tokenizer.`);
    reporter?.info(`${path}: vectors for ${found} of ${rows.size} tokens.`);
    return { ...weights, [TABLE]: { ...table, data } };
  };
}

/** Row of each token. */
function vocabularyOf(tokenizer: TokenizerModel): ReadonlyMap<string, number> {
  const json = JSON.parse(tokenizer.files()['tokenizer.json'] ?? '{}') as {
    readonly model?: { readonly vocab?: Record<string, number> | [string, number][] };
  };
  const vocabulary = json.model?.vocab ?? {};
  return Array.isArray(vocabulary)
    ? new Map(vocabulary.map(([token], row) => [token, row]))
    : new Map(Object.entries(vocabulary));
}
