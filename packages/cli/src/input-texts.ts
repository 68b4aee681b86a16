import { DistillerError, ioError, type Texts } from '@distiller/core';

const NEWLINE = 0x0a;

/**
 * The lines of a UTF-8 stream, without their ends. Empty lines count: results stay in step with the input.
 *
 * @param name of the file, or `stdin`, for messages.
 * @param signal ends the reading.
 * @throws DistillerError `input` naming the line that is not UTF-8; `io` when reading fails; `cancelled`.
 */
export async function* inputLines(
  source: AsyncIterable<string | Uint8Array>,
  name: string,
  signal?: AbortSignal,
): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let number = 0;
  const decode = (bytes: Uint8Array) => {
    number++;
    try {
      return decoder.decode(bytes).replace(/\r$/, '');
    } catch (cause) {
      throw new DistillerError(
        'input',
        `${name}, line ${number}: not UTF-8 text. Convert it first, e.g. with iconv -f latin1 -t utf-8.`,
        { cause },
      );
    }
  };
  let rest = Buffer.alloc(0);
  try {
    for await (const chunk of source) {
      rest = Buffer.concat([rest, typeof chunk === 'string' ? Buffer.from(chunk) : chunk]);
      let start = 0;
      for (let end; (end = rest.indexOf(NEWLINE, start)) >= 0; start = end + 1)
        yield decode(rest.subarray(start, end));
      rest = rest.subarray(start);
    }
  } catch (cause) {
    if (signal?.aborted)
      throw new DistillerError('cancelled', `Stopped after ${number} lines of ${name}.`, { cause });
    throw ioError('read', name, cause);
  }
  if (rest.length > 0) yield decode(rest);
}

/**
 * Texts, or pairs of them, from lines.
 *
 * @throws DistillerError `input` naming the line that is no pair.
 */
export async function* textsOfLines(
  lines: AsyncIterable<string> | Iterable<string>,
  isPair: boolean,
): AsyncGenerator<Texts> {
  let number = 0;
  for await (const line of lines) {
    number++;
    if (!isPair) {
      yield [line];
      continue;
    }
    const [first, second, ...more] = line.split('\t');
    if (first === undefined || second === undefined || more.length > 0) {
      throw new DistillerError(
        'input',
        `Text ${number} has ${line.split('\t').length - 1} tabs; with --pair each needs exactly one, between its two texts: "${line.slice(0, 60)}".`,
      );
    }
    yield [first, second];
  }
}
