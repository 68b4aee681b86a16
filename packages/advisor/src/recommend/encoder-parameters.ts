/** What decides the size of a BERT encoder. */
export interface EncoderSize {
  readonly layers: number;
  readonly hiddenSize: number;
  readonly intermediateSize: number;
  /** Width of the embeddings where it differs. */
  readonly embeddingSize?: number;
}

const VOCABULARY = 30_522;
const POSITIONS_AND_TYPES = 512 + 2;

/**
 * Parameters of an encoder with BERT's vocabulary: (V + positions + types + 2) E + L (4 H (H + 1) + 2 H + (I + 1) H + I (H + 1) + 2 H) +
 * (H + 1) H, and (E + 1) H where the embeddings have a width E of their own.
 *
 * @see Devlin et al., "BERT", 2019, §3, arXiv:1810.04805
 */
export function encoderParameters({
  layers,
  hiddenSize: h,
  intermediateSize: i,
  embeddingSize: e = h,
}: EncoderSize): number {
  const block = 4 * h * (h + 1) + 2 * h + (i + 1) * h + i * (h + 1) + 2 * h;
  const widened = e === h ? 0 : (e + 1) * h;
  return (VOCABULARY + POSITIONS_AND_TYPES + 2) * e + widened + layers * block + (h + 1) * h;
}
