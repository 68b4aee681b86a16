import { distance } from 'fastest-levenshtein';

/** The known name that `given` is probably a misspelling of: at most a third of its letters (2 at least) differ. */
export function suggestion(given: string, known: readonly string[]): string | undefined {
  let best: string | undefined;
  let fewest = Math.max(2, Math.floor(given.length / 3)) + 1;
  for (const name of known) {
    const edits = distance(given.toLowerCase(), name.toLowerCase());
    if (edits < fewest) [best, fewest] = [name, edits];
  }
  return best;
}

/** `Did you mean "x"? Known: x, y.`, without the question when nothing is near. */
export function didYouMean(given: string, known: readonly string[]): string {
  const near = suggestion(given, known);
  const question = near === undefined ? '' : `Did you mean "${near}"? `;
  return `${question}Known: ${known.join(', ') || 'none'}.`;
}
