const CAPITALISED = /^\p{Lu}[^\p{Lu}]*$/u;
const UPPER = /^(?=.*\p{Lu}.*\p{Lu})[^\p{Ll}]+$/u;
/** `I`, `I'm` … keep their capital wherever they stand. */
const FIRST_PERSON = /^I(?:['’]\p{L}+)?$/u;

/** Whether the first letter is a capital and no other is. */
export function isCapitalised(word: string): boolean {
  return CAPITALISED.test(word);
}

export function capitalise(word: string): string {
  const [first = ''] = word;
  return first.toUpperCase() + word.slice(first.length);
}

/** Without the capital of a sentence's first word, which `I` keeps. */
export function uncapitalise(word: string): string {
  if (!isCapitalised(word) || FIRST_PERSON.test(word)) return word;
  const [first = ''] = word;
  return first.toLowerCase() + word.slice(first.length);
}

/** A replacement in the case of the word that it replaces: `Good` and `fine` make `Fine`, `GOOD` makes `FINE`. */
export function inCaseOf(word: string, replacement: string): string {
  if (UPPER.test(word)) return replacement.toUpperCase();
  return isCapitalised(word) ? capitalise(replacement) : replacement;
}
