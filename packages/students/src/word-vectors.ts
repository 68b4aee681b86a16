import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import {
  DistillerError,
  ioError,
  type Parameter,
  type Reporter,
  type TokenizerModel,
  type Weights,
} from '@distiller/core';

const TABLE = 'embeddings.weight';

/**
 * Puts published word vectors into the rows of the tokens that they have; the others keep their random rows.
 *
 * The file holds a token and its numbers a line, with blanks between; a first line of two numbers (word2vec's) is
 * passed over.
 *
 * @throws DistillerError `input` naming file and line when a vector has another width or no numbers, or when no token
 *   has a vector; `io`.
 */
export function withWordVectors(path: string, reporter?: Pick<Reporter, 'info'>) {
  return async (weights: Weights, tokenizer: TokenizerModel): Promise<Weights> => {
    const table = weights[TABLE] as Parameter;
    const width = table.shape[1] as number;
    const data = table.data.slice();
    const rows = vocabularyOf(tokenizer);
    let found = 0;
    for await (const { token, values, place } of vectors(path)) {
      const row = rows.get(token);
      if (row === undefined) continue;
      if (values.length !== width || !values.every(Number.isFinite)) {
        throw new DistillerError(
          'input',
          `${place}: "${token}" has ${values.length} values; expected ${width} numbers, the embeddingSize.`,
        );
      }
      data.set(values, row * width);
      found += 1;
    }
    if (found === 0)
      throw new DistillerError('input', `${path} has no vector for a token of the tokenizer.`);
    reporter?.info(`${path}: vectors for ${found} of ${rows.size} tokens.`);
    return { ...weights, [TABLE]: { ...table, data } };
  };
}

interface VectorLine {
  readonly token: string;
  readonly values: readonly number[];
  readonly place: string;
}

async function* vectors(path: string): AsyncIterable<VectorLine> {
  const lines = createInterface({ input: createReadStream(path), crlfDelay: Infinity });
  let number = 0;
  try {
    for await (const line of lines) {
      number += 1;
      const [token = '', ...values] = line.trimEnd().split(' ');
      const isHeader = number === 1 && values.length === 1;
      if (token !== '' && !isHeader)
        yield { token, values: values.map(Number), place: `${path}:${number}` };
    }
  } catch (cause) {
    if (cause instanceof DistillerError) throw cause;
    throw ioError('read', path, cause);
  } finally {
    lines.close();
  }
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
