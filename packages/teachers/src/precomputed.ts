import { resolve } from 'node:path';
import {
  defineComponent,
  DistillerError,
  RESOLVE_PATH,
  validateRecipe,
  type Example,
  type Teacher,
} from '@distiller/core';
import { z } from 'zod';
import { readAnswers, type AnswerFile } from './read-answers.js';
import { rowsOf } from './encode-batch.js';

const settings = z.strictObject({
  file: z
    .string()
    .min(1)
    .describe('What a teacher said: JSONL, TSV, CSV, Parquet or safetensors, told by its ending.'),
  key: z
    .enum(['text', 'id'])
    .default('text')
    .describe("Whether texts are found by themselves or by the example's id, e.g. train/17."),
  values: z
    .enum(['logits', 'probabilities'])
    .default('logits')
    .describe('What the numbers are; of probabilities the logarithm is taken.'),
  columns: z
    .array(z.string().min(1))
    .min(1)
    .optional()
    .describe('A column for each class; without it JSONL has a list under the name of `values`.'),
  labels: z
    .array(z.string().min(1))
    .min(2)
    .optional()
    .describe("Class names in the order of the numbers, to be compared with the task's."),
});

export type PrecomputedOptions = z.input<typeof settings>;

/**
 * A teacher that has spoken already: its logits or probabilities come from a file. The student learns from predictions
 * only. Pairs of texts have the key `text` + tab + `text`.
 *
 * @throws DistillerError `input` naming the file and the record that is wrong.
 */
export async function precomputed(
  options: PrecomputedOptions,
  { resolvePath = resolve }: { readonly resolvePath?: (path: string) => string } = {},
): Promise<Teacher> {
  const checked = validateRecipe(settings, options, 'teacher precomputed');
  const { key, labels } = checked;
  const path = resolvePath(checked.file);
  const answers = await readAnswers({ ...checked, path });
  if (labels && labels.length !== answers.outputs) {
    throw new DistillerError(
      'config',
      `teacher precomputed: ${labels.length} labels are named, but ${path} has ${answers.outputs} numbers for each text.`,
    );
  }
  let answered = 0;
  return {
    description: {
      architecture: 'precomputed',
      layers: 0,
      hiddenSize: 0,
      heads: 0,
      vocabularySize: 0,
      maxLength: Number.MAX_SAFE_INTEGER,
      outputs: answers.outputs,
      ...(labels && { labels }),
      provides: ['logits'],
    },
    fingerprint: answers.fingerprint,
    async signals(batch, needs) {
      if (needs.layers.length > 0) {
        throw new DistillerError(
          'config',
          'teacher precomputed: layers are asked for, but it gives logits only. Use a teacher whose layers can be seen.',
        );
      }
      if (!needs.logits) return {};
      const { outputs } = answers;
      const data = new Float32Array(rowsOf(batch) * outputs);
      batch.examples.forEach((example, row) =>
        data.set(answerTo(example, key, answers), row * outputs),
      );
      answered += batch.examples.length;
      return { logits: { dtype: 'float32', shape: [rowsOf(batch), outputs], data } };
    },
    assertKnows(examples) {
      for (const example of examples) answerTo(example, key, answers);
    },
    statistics: () => ({ computed: 0, cached: answered }),
    dispose: async () => undefined,
  };
}

function answerTo(
  example: Example,
  key: 'text' | 'id',
  { path, values }: AnswerFile,
): Float32Array {
  const name = key === 'id' ? example.id : example.texts.join('\t');
  const found = values.get(name);
  if (found) return found;
  const what = key === 'id' ? `the example "${name}"` : `the text "${name}" (${example.id})`;
  throw new DistillerError(
    'input',
    `${path} has nothing for ${what}. It must answer every text of training, of transfer and of the split that is reported.`,
  );
}

export const precomputedComponent = defineComponent({
  kind: 'teacher',
  name: 'precomputed',
  summary: 'Logits or probabilities that a file tells, of a model that is not at hand.',
  settings,
  needs: { resolvePath: RESOLVE_PATH },
  create: precomputed,
});
