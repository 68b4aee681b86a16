/** Strings (with the colon of a key behind them) and the brackets that open and close an object. */
const KEYS_AND_OBJECTS = /("[^"\\]*(?:\\.[^"\\]*)*")(\s*:)?|[{}]/g;

/**
 * JSON in which no object names a key twice. Parsers disagree on which of two values wins, so a file with
 * both could mean one thing to the program that checked it and another to the one that uses it.
 *
 * @throws SyntaxError for anything else.
 */
export function parseStrictJson(text: string): unknown {
  const value: unknown = JSON.parse(text);
  const open: Set<string>[] = [];
  for (const [bracket, literal, colon] of text.matchAll(KEYS_AND_OBJECTS)) {
    if (bracket === '{') open.push(new Set());
    else if (bracket === '}') open.pop();
    else if (literal !== undefined && colon !== undefined) {
      const key = JSON.parse(literal) as string;
      const seen = open.at(-1);
      if (seen?.has(key)) throw new SyntaxError(`the key ${JSON.stringify(key)} appears twice`);
      seen?.add(key);
    }
  }
  return value;
}
