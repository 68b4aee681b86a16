import { DistillerError, type Example, type HostTensor, type WordAlignment } from '@distiller/core';
import type { EncodedExamples, EncodedTexts } from './encode-examples.js';
import type { BatchOptions } from './plan-batches.js';

/**
 * The labels of some rows in the form that the contract of Batch gives them for the kind of task.
 *
 * @param leading the texts whose tokens the labels of words and spans count in.
 * @param length T, to which rows are padded.
 * @throws DistillerError `input` for a word without a label.
 */
export function labelTensor(
  { examples }: EncodedExamples,
  { alignments, spans }: EncodedTexts,
  rows: readonly number[],
  length: number,
  { kind, outputs = 0 }: Pick<BatchOptions, 'kind' | 'outputs'>,
): HostTensor {
  const example = (row: number) => examples[row] as Example;
  const numbers = () => rows.map((row) => example(row).label as number);
  switch (kind) {
    case 'classification':
      return { dtype: 'int32', shape: [rows.length], data: Int32Array.from(numbers()) };
    case 'regression':
    case 'masked-lm':
      return { dtype: 'float32', shape: [rows.length], data: Float32Array.from(numbers()) };
    case 'multi-label': {
      const data = new Float32Array(rows.length * outputs);
      rows.forEach((row, i) => {
        for (const id of example(row).label as readonly number[]) data[i * outputs + id] = 1;
      });
      return { dtype: 'float32', shape: [rows.length, outputs], data };
    }
    case 'token-classification': {
      const data = new Int32Array(rows.length * length).fill(-1);
      rows.forEach((row, i) => {
        const { id, label } = example(row);
        const { firsts } = alignments?.[row] as WordAlignment;
        firsts.forEach((first, word) => {
          const tag = (label as readonly number[])[word];
          if (tag === undefined) {
            throw new DistillerError(
              'input',
              `Example ${id} has ${firsts.length} words but ${(label as readonly number[]).length} labels; each word needs one.`,
            );
          }
          if (first >= 0) data[i * length + first] = tag;
        });
      });
      return { dtype: 'int32', shape: [rows.length, length], data };
    }
    case 'span':
      return {
        dtype: 'int32',
        shape: [rows.length, 2],
        data: Int32Array.from(
          rows.flatMap((row) => [...(spans?.subarray(2 * row, 2 * row + 2) ?? [])]),
        ),
      };
  }
}
