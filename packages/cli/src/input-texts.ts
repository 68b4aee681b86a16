import { DistillerError, ioError, type Texts } from '@distiller/core';

/**
 * The lines of a UTF-8 stream, without their ends. Empty lines count: results stay in step with the input.
 *
 * @param name of the file, or `stdin`, for messages.
 * @throws DistillerError `input` naming the line that is not UTF-8; `io` when reading fails.
 */
export async function* inputLines(
  source: AsyncIterable<string | Uint8Array>,
  name: string,
): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let rest = '';
  let line = 1;
  try {
    for await (const chunk of source) {
      rest += typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true });
      const lines = rest.split(/\r?\n/);
      rest = lines.pop() ?? '';
      for (const text of lines) {
        line++;
        yield text;
      }
    }
    rest += decoder.decode();
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ERR_ENCODING_INVALID_ENCODED_DATA')
      throw ioError('read', name, cause);
    throw new DistillerError(
      'input',
      `${name}: at or after line ${line} it is not valid UTF-8. Convert it first, e.g. with iconv -f latin1 -t utf-8.`,
      { cause },
    );
  }
  if (rest !== '') yield rest;
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
