import { readFile } from 'node:fs/promises';
import {
  defineComponent,
  DistillerError,
  ioError,
  RESOLVE_PATH,
  type CharacterSpan,
  type Example,
  type Split,
} from '@distiller/core';
import { z } from 'zod';
import { makeTask } from './make-task.js';

const path = z.string().min(1);

const settings = z.strictObject({
  train: path.optional().describe('JSON file of SQuAD 1.1 or 2.0.'),
  validation: path.optional(),
  test: path.optional(),
  transfer: path.optional().describe('Questions on which only the teacher speaks.'),
  unanswerable: z
    .boolean()
    .default(false)
    .describe('Whether questions may have no answer, as in SQuAD 2.0.'),
  nullThreshold: z
    .number()
    .default(0)
    .describe('How much "no answer" must score above the best answer to be chosen.'),
  docStride: z
    .int()
    .positive()
    .optional()
    .describe(
      'Tokens from the beginning of one window of a context to that of the next; default 128, or as the model was trained.',
    ),
  maxQueryLength: z
    .int()
    .positive()
    .optional()
    .describe('Tokens of a question at most; default 64, or as the model was trained.'),
  selects: z.string().optional().describe('The metric that chooses the best checkpoint.'),
});

const answer = z.looseObject({ text: z.string(), answer_start: z.int().nonnegative() });

const file = z.looseObject({
  data: z.array(
    z.looseObject({
      paragraphs: z.array(
        z.looseObject({
          context: z.string(),
          qas: z.array(
            z.looseObject({
              id: z.string(),
              question: z.string(),
              answers: z.array(answer).optional(),
              is_impossible: z.boolean().optional(),
            }),
          ),
        }),
      ),
    }),
  ),
});

/** Extractive question answering. */
export const squadTask = defineComponent({
  kind: 'task',
  name: 'squad',
  summary: 'Answers as pieces of a context, from the JSON files of SQuAD 1.1 or 2.0.',
  source: 'Rajpurkar et al. 2016, arXiv:1606.05250; 2018, arXiv:1806.03822',
  settings,
  needs: { resolvePath: RESOLVE_PATH },
  create(options, { resolvePath }) {
    const { docStride, maxQueryLength, unanswerable, nullThreshold, selects } = options;
    const splits = (['train', 'validation', 'test', 'transfer'] as const).flatMap((split) => {
      const given = options[split];
      const read = (name: string) => () => examples(split, resolvePath(name), unanswerable);
      return given === undefined ? [] : [[split, read(given)] as const];
    });
    return makeTask({
      name: 'squad',
      kind: 'span',
      arity: 2,
      labels: [],
      read: Object.fromEntries(splits),
      selects,
      windows: {
        ...(docStride !== undefined && { docStride }),
        ...(maxQueryLength !== undefined && { maxQueryLength }),
      },
      nullThreshold: unanswerable ? nullThreshold : undefined,
    });
  },
});

async function* examples(
  split: Split,
  path: string,
  unanswerable: boolean,
): AsyncGenerator<Example, void, undefined> {
  const { data } = await readFileOf(path);
  for (const [context, { id, question, answers }] of questions(data)) {
    const isLabelled = answers !== undefined && split !== 'transfer';
    const label = isLabelled ? answers.map((given) => spanOf(given, context, path, id)) : undefined;
    if (label?.length === 0 && !unanswerable) {
      throw new DistillerError(
        'input',
        `${path}: question ${id} has no answer. Set "unanswerable: true" if that is meant, as in SQuAD 2.0.`,
      );
    }
    yield { id, texts: [question, context], ...(label && { label }) };
  }
}

type SquadFile = z.output<typeof file>;
type Question = SquadFile['data'][number]['paragraphs'][number]['qas'][number];

function* questions(data: SquadFile['data']): Generator<readonly [string, Question]> {
  for (const { paragraphs } of data)
    for (const { context, qas } of paragraphs)
      for (const question of qas) yield [context, question];
}

/** The files count in code points, strings here in UTF-16 units. */
function spanOf(
  { text, answer_start: points }: z.output<typeof answer>,
  context: string,
  path: string,
  id: string,
): CharacterSpan {
  const start = unitsOf(context, points);
  const span = { start, end: start + text.length };
  if (context.slice(span.start, span.end) === text) return span;
  throw new DistillerError(
    'input',
    `${path}: question ${id}: "${text.slice(0, 60)}" does not stand at character ${points} of its context, but "${context.slice(span.start, span.end).slice(0, 60)}". Mend the file.`,
  );
}

/** UTF-16 units of the first `points` code points. */
function unitsOf(text: string, points: number): number {
  if (!/[\uD800-\uDBFF]/.test(text)) return points;
  return Array.from(text).slice(0, points).join('').length;
}

async function readFileOf(path: string): Promise<SquadFile> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    throw ioError('read', path, cause);
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new DistillerError('input', `${path} is not JSON: ${(cause as Error).message}.`, {
      cause,
    });
  }
  const parsed = file.safeParse(json);
  if (parsed.success) return parsed.data;
  throw new DistillerError(
    'input',
    `${path} is not in the format of SQuAD:\n${z.prettifyError(parsed.error)}`,
  );
}
