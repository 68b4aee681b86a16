import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { DistillerError, ioError } from '@distiller/core';
import { z } from 'zod';
import type { AnswerRecord } from './read-answers.js';

/**
 * Streams a file of one JSON object a line, `{ key: "…", list: [ numbers ] }`. Empty lines are no records.
 *
 * @throws DistillerError `input` naming file and line; `io`.
 */
export async function* readJsonLists(
  path: string,
  key: string,
  list: string,
): AsyncIterable<AnswerRecord> {
  const schema = z.looseObject({ [key]: z.string(), [list]: z.array(z.number()) });
  const lines = createInterface({ input: createReadStream(path), crlfDelay: Infinity });
  let number = 0;
  try {
    for await (const line of lines) {
      number += 1;
      if (line.trim() === '') continue;
      const place = `${path}:${number}`;
      const parsed = schema.safeParse(parse(line));
      if (!parsed.success) {
        throw new DistillerError(
          'input',
          `${place}: expected {"${key}": "…", "${list}": [numbers]}, but the line is ${line.slice(0, 80)}`,
        );
      }
      const { [key]: name, [list]: values } = parsed.data;
      yield { key: name as string, values: values as number[], place };
    }
  } catch (cause) {
    if (cause instanceof DistillerError) throw cause;
    throw ioError('read', path, cause);
  } finally {
    lines.close();
  }
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
