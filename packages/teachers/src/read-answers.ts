import { DistillerError, fingerprint } from '@distiller/core';
import { readTable } from '@distiller/data';
import { readSafetensors } from '@distiller/engine';
import { readJsonLists } from './read-json-lists.js';

/** Smallest probability whose logarithm is taken: a class that is ruled out stays finite. */
const LEAST = 1e-12;

export interface AnswerSource {
  readonly path: string;
  readonly key: 'text' | 'id';
  readonly values: 'logits' | 'probabilities';
  /** A column for each class. */
  readonly columns?: readonly string[] | undefined;
}

/** What a teacher said, by text or by id. */
export interface AnswerFile {
  readonly path: string;
  readonly outputs: number;
  /** Logits [C]. */
  readonly values: ReadonlyMap<string, Float32Array>;
  readonly fingerprint: string;
}

/** One record of a file before it is checked. */
export interface AnswerRecord {
  readonly key: string;
  readonly values: readonly number[];
  /** `file:line`, or what takes its place. */
  readonly place: string;
}

/**
 * Reads a file of predictions into memory.
 *
 * - JSONL with `{ "text": …, "logits": [ … ] }` a line, or any table with a number column for each class;
 * - safetensors with a tensor [C] for each key.
 *
 * @throws DistillerError `input` naming the record that has no finite numbers, another count than the first, a
 *   probability outside [0, 1], or a key that came with other numbers before; `config`, `io`.
 */
export async function readAnswers(source: AnswerSource): Promise<AnswerFile> {
  const { path, values: meaning } = source;
  const values = new Map<string, Float32Array>();
  let outputs: number | undefined;
  for await (const record of records(source)) {
    outputs ??= record.values.length;
    assertNumbers(record, outputs, meaning);
    const logits = Float32Array.from(record.values, (value) =>
      meaning === 'logits' ? value : Math.log(Math.max(value, LEAST)),
    );
    const known = values.get(record.key);
    if (known && String(known) !== String(logits)) {
      throw new DistillerError(
        'input',
        `${record.place}: "${record.key}" comes a second time with other numbers.`,
      );
    }
    values.set(record.key, logits);
  }
  if (outputs === undefined) throw new DistillerError('input', `${path} has no record.`);
  const parts = [...values].flatMap(([key, logits]) => [key, logits]);
  return { path, outputs, values, fingerprint: fingerprint('precomputed', ...parts) };
}

function assertNumbers(
  { key, values, place }: AnswerRecord,
  outputs: number,
  meaning: 'logits' | 'probabilities',
): void {
  const isGood = (value: number) =>
    Number.isFinite(value) && (meaning === 'logits' || (value >= 0 && value <= 1));
  if (values.length === outputs && outputs > 0 && values.every(isGood)) return;
  throw new DistillerError(
    'input',
    `${place}: "${key}" has the ${meaning} ${values.join(', ')}; expected ${outputs} finite numbers${meaning === 'logits' ? '' : ' from 0 to 1'}.`,
  );
}

async function* records({ path, key, values, columns }: AnswerSource): AsyncIterable<AnswerRecord> {
  if (path.endsWith('.safetensors')) {
    const { tensors } = await readSafetensors(path);
    for (const [name, { data }] of Object.entries(tensors))
      yield { key: name, values: Array.from(data), place: path };
    return;
  }
  if (columns) {
    for await (const { cells, place } of readTable(path, { required: [key, ...columns] })) {
      const [name, ...numbers] = cells as string[];
      yield { key: name ?? '', values: numbers.map(asNumber), place };
    }
    return;
  }
  if (!/\.(jsonl|ndjson)$/.test(path)) {
    throw new DistillerError(
      'config',
      `teacher precomputed: ${path} is a table; name the column of each class under columns.`,
    );
  }
  yield* readJsonLists(path, key, values);
}

/** An empty cell is no number, though JavaScript takes it for 0. */
function asNumber(text: string): number {
  return text.trim() === '' ? NaN : Number(text);
}
