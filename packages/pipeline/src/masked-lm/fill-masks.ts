import {
  DistillerError,
  type Batch,
  type HostTensor,
  type HostTensors,
  type TextModel,
} from '@distiller/core';
import { softmax } from '@distiller/data';
import type { Interpreter, Prediction } from '../interpret-logits.js';
import { modelInputs } from '../model-program.js';
import { maskVocabulary } from './mask-tokens.js';

/** Asks a masked language model what stands behind the masks of texts. */
export interface MaskFiller {
  /**
   * Inputs of the model for a batch: `positions` int32 [B, P] of the masks, 0 where a text has fewer.
   *
   * @param done texts before those of the batch, for messages.
   * @throws DistillerError `input` naming a text without a mask.
   */
  inputs(batch: Batch, done: number): HostTensors;
  interpreter(): Interpreter;
}

/**
 * @param topK likeliest tokens that are told of each mask.
 * @throws DistillerError `config` when the model's tokenizer has no mask.
 */
export function maskFiller({ tokenizer }: TextModel, topK: number): MaskFiller {
  const { mask, maskId } = maskVocabulary(tokenizer);
  const text = (id: number) => tokenizer.text?.(id).trim() ?? String(id);
  return {
    inputs(batch, done) {
      const inputs = modelInputs(batch, 'student');
      const rows = masksOf(batch, maskId);
      const without = rows.findIndex(({ length }, row) => length === 0 && batch.examples[row]);
      if (without >= 0) throw noMask(batch, without, done, mask);
      // A power of two, so that few shapes have to be compiled.
      const places = 2 ** Math.ceil(Math.log2(Math.max(1, ...rows.map(({ length }) => length))));
      const positions = new Int32Array(rows.length * places);
      rows.forEach((found, row) => positions.set(found, row * places));
      const shape = [rows.length, places];
      return { ...inputs, positions: { dtype: 'int32', shape, data: positions } };
    },
    interpreter() {
      const predictions: Prediction[] = [];
      return {
        add(batch, { data, shape: [, places = 0, words = 0] }) {
          const rows = masksOf(batch, maskId);
          batch.examples.forEach(({ id, texts }, row) => {
            const masks = (rows[row] as number[]).map((_, place) => {
              const start = (row * places + place) * words;
              return likeliest(data.subarray(start, start + words), topK).map((found) => ({
                token: text(found.id),
                probability: found.probability,
              }));
            });
            const label = masks.map(([best]) => best?.token ?? '').join(' ');
            predictions[Number(id)] = { texts, label, masks };
          });
        },
        predictions: () => predictions,
      };
    },
  };
}

/** Positions of the masks in each row. */
function masksOf(batch: Batch, maskId: number): number[][] {
  const { ids } = modelInputs(batch, 'student') as { readonly ids: HostTensor };
  const [rows = 0, length = 0] = ids.shape;
  return Array.from({ length: rows }, (_, row) => {
    const own = ids.data.subarray(row * length, (row + 1) * length);
    return [...own.keys()].filter((position) => own[position] === maskId);
  });
}

function likeliest(logits: HostTensor['data'], count: number) {
  return softmax(Array.from(logits))
    .map((probability, id) => ({ id, probability }))
    .sort((a, b) => b.probability - a.probability || a.id - b.id)
    .slice(0, count);
}

function noMask({ examples }: Batch, row: number, done: number, mask: string): DistillerError {
  const { id = '0', texts = [''] } = examples[row] ?? {};
  const isCut = texts.some((text) => text.includes(mask));
  const what = isCut ? `a ${mask} only where it was cut off` : `no ${mask}`;
  const remedy = isCut ? 'Shorten it.' : `Write ${mask} where a word is to be found.`;
  return new DistillerError(
    'input',
    `Text ${done + Number(id) + 1} has ${what}: "${texts[0].slice(0, 60)}". ${remedy}`,
  );
}
