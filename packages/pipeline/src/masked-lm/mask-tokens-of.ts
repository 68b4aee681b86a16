import type { Batch, Rng, TextModel } from '@distiller/core';
import { maskVocabulary } from './mask-tokens.js';
import { maskedBatch } from './masked-batch.js';

/**
 * Hides tokens of batches for a model. Which ones is a function of the generator, the epoch and the example.
 *
 * @throws DistillerError `config` when the model's tokenizer has no mask.
 */
export function maskTokensOf(
  { tokenizer }: TextModel,
  role: string,
  rng: Rng,
): (batch: Batch, epoch: number) => Batch {
  const vocabulary = maskVocabulary(tokenizer);
  return (batch, epoch) =>
    maskedBatch(batch, role, vocabulary, ({ id }) => rng.derive('epoch', epoch, id));
}
