/** The tag of a word outside of every entity. */
export const OUTSIDE = 'O';

export interface Entity {
  readonly type: string;
  /** Words, end excluded. */
  readonly start: number;
  readonly end: number;
}

/**
 * The entities that tags speak of, as the CoNLL-2000 script `conlleval` reads them, which mends what is not well formed: an
 * entity begins at B or S, after O, E or S, and where the type changes. IOB1, IOB2 and IOBES are read alike.
 */
export function entitiesOf(tags: readonly string[]): readonly Entity[] {
  const entities: Entity[] = [];
  let begun: { readonly type: string; readonly start: number } | undefined;
  let before = OUTSIDE;
  const close = (end: number) => {
    if (begun) entities.push({ ...begun, end });
    begun = undefined;
  };
  tags.forEach((tag, i) => {
    if (tag === OUTSIDE) close(i);
    else if (begun === undefined || begun.type !== typeOf(tag) || isFirst(tag) || isLast(before)) {
      close(i);
      begun = { type: typeOf(tag), start: i };
    }
    before = tag;
  });
  close(tags.length);
  return entities;
}

function typeOf(tag: string): string {
  const dash = tag.indexOf('-');
  return dash < 0 ? '_' : tag.slice(dash + 1);
}

const isFirst = (tag: string) => /^[BS](-|$)/.test(tag);
const isLast = (tag: string) => /^[ES](-|$)/.test(tag);

/** Adds up sentences: what is predicted, what is true and what is both. */
export class EntityCounts {
  #predicted = 0;
  #true = 0;
  #right = 0;
  #words = 0;
  #rightWords = 0;

  /** @param predicted tags of a sentence. @param truth as many. */
  add(predicted: readonly string[], truth: readonly string[]): void {
    const key = ({ type, start, end }: Entity) => `${start} ${end} ${type}`;
    const found = new Set(entitiesOf(predicted).map(key));
    const wanted = entitiesOf(truth).map(key);
    this.#predicted += found.size;
    this.#true += wanted.length;
    this.#right += wanted.filter((entity) => found.has(entity)).length;
    this.#words += truth.length;
    this.#rightWords += truth.filter((tag, i) => tag === predicted[i]).length;
  }

  /**
   * Share of the predicted entities that are right in type and both ends, share of the true ones that are found, their
   * harmonic mean, and share of the words whose tag is right; 0 for a share of nothing.
   */
  scores(): Readonly<Record<(typeof ENTITY_METRICS)[number], number>> {
    return {
      f1: share(2 * this.#right, this.#predicted + this.#true),
      precision: share(this.#right, this.#predicted),
      recall: share(this.#right, this.#true),
      accuracy: share(this.#rightWords, this.#words),
    };
  }
}

export const ENTITY_METRICS = ['f1', 'precision', 'recall', 'accuracy'] as const;

function share(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}
