/** Characters that mean something in Apertium's stream. @see https://wiki.apertium.org/wiki/Apertium_stream_format */
const RESERVED = /[[\]{}^$/\\<>@]/g;

/**
 * A full stop that is not there, behind every text as Apertium's own formatters put it: a sentence ends here, and a real
 * full stop before it stays.
 */
const END = '.[]';

/** A text as Apertium reads it: reserved characters marked, blanks and line breaks one blank each, no zero bytes. */
export function toStream(text: string): string {
  const line = text.replaceAll('\0', ' ').replace(/\s+/g, ' ').trim();
  return `${line.replace(RESERVED, '\\$&')}${END}`;
}

/** A text from what Apertium writes. */
export function fromStream(output: string): string {
  const text = output.endsWith(END) ? output.slice(0, -END.length) : output;
  return text.replace(/\\(.)/gsu, '$1').trim();
}
