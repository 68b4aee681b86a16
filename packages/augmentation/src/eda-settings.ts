export interface EdaSettings {
  /** Share of the words that are touched, α. */
  readonly p: number;
  /** Augmented copies for each text. */
  readonly copies: number;
}

/**
 * What the authors of EDA recommend for a training set of this size, all four operations together: α 0.05 and 16 copies
 * up to 500 texts, 0.05 and 8 up to 2,000, 0.1 and 4 above.
 *
 * @see Wei and Zou, "EDA", 2019, §3.5 and Table 3, arXiv:1901.11196
 */
export function edaSettings(trainSize: number): EdaSettings {
  if (trainSize <= 500) return { p: 0.05, copies: 16 };
  return trainSize <= 2000 ? { p: 0.05, copies: 8 } : { p: 0.1, copies: 4 };
}
