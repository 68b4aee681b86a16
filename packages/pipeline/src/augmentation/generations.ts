import { joinEncoded, type EncodedExamples } from '@distiller/data';

export interface GenerationsOptions {
  /** Every epoch has these texts too. */
  readonly originals: EncodedExamples;
  /** Makes and encodes the augmented texts of a generation. */
  make(generation: number): Promise<EncodedExamples>;
  /** The last generation that will be read; none is made after it. */
  readonly last: number;
}

/**
 * The training texts, generation by generation: originals and augmented texts. While one is read the next is made, and no
 * more than these two are kept.
 */
export class Generations {
  readonly #options: GenerationsOptions;
  readonly #made = new Map<number, Promise<EncodedExamples>>();

  constructor(options: GenerationsOptions) {
    this.#options = options;
  }

  async get(generation: number): Promise<EncodedExamples> {
    for (const old of this.#made.keys()) if (old < generation) this.#made.delete(old);
    const texts = await this.#start(generation);
    if (generation < this.#options.last) void this.#start(generation + 1);
    return texts;
  }

  #start(generation: number): Promise<EncodedExamples> {
    const known = this.#made.get(generation);
    if (known) return known;
    const { originals, make } = this.#options;
    const texts = make(generation).then((augmented) => joinEncoded(originals, augmented));
    // A failure ahead of need is told to whoever needs the texts.
    texts.catch(() => undefined);
    this.#made.set(generation, texts);
    return texts;
  }
}
