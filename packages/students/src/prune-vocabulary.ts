import { DistillerError, type Parameter, type Task } from '@distiller/core';
import { pruneTokenizer } from '@distiller/data';
import { modelFromWeights, type TransformerModel } from '@distiller/transformer';
import { trainingTexts } from './student-tokenizer.js';

const TABLE = 'embeddings.word_embeddings.weight';

/**
 * The model with only those tokens that the training and transfer texts of a task have, numbered anew; it computes
 * the same on them.
 *
 * @param least how often a token must come to be kept. Above 1, words of rarer tokens are cut otherwise or unknown.
 * @throws DistillerError `unsupported` as `pruneTokenizer`.
 */
export async function pruneVocabulary(
  model: TransformerModel,
  task: Task,
  least: number,
): Promise<TransformerModel> {
  const { tokenizer: full, config, weights } = model;
  const counts = new Uint32Array(config.vocabularySize);
  for await (const texts of trainingTexts(task)) {
    for (const id of full.encode(texts, Number.MAX_SAFE_INTEGER).ids)
      counts[id] = (counts[id] ?? 0) + 1;
  }
  const { tokenizer, rows } = pruneTokenizer(full, (id) => (counts[id] ?? 0) >= least);
  const table = weights[TABLE];
  if (!table) throw new DistillerError('bug', `student bert: the model has no "${TABLE}".`);
  const { vocabularySize, padId } = tokenizer;
  return modelFromWeights({ ...config, vocabularySize, padId }, tokenizer, {
    ...weights,
    [TABLE]: rowsOf(table, rows),
  });
}

/** Some rows of a table [V, E], copied. */
function rowsOf({ dtype, shape, data }: Parameter, rows: Int32Array): Parameter {
  const width = shape[1] as number;
  const kept = new Float32Array(rows.length * width);
  rows.forEach((row, index) =>
    kept.set(data.subarray(row * width, (row + 1) * width), index * width),
  );
  return { dtype, shape: [rows.length, width], data: kept };
}
