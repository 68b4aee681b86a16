/** What decides the size of an encoder. */
export interface Architecture {
  readonly family: 'bert' | 'electra' | 'albert';
  /** L, the number of blocks. */
  readonly layers: number;
  /** D, the width of the hidden states. */
  readonly hiddenSize: number;
  /** H; divides D. */
  readonly heads: number;
  /** Width inside the feed-forward part. */
  readonly intermediateSize: number;
  /** Width of the embeddings, where it is not D. */
  readonly embeddingSize?: number;
}

function bert(
  layers: number,
  hiddenSize: number,
  heads: number,
  intermediateSize: number,
): Architecture {
  return { family: 'bert', layers, hiddenSize, heads, intermediateSize };
}

/**
 * Sizes of published students.
 *
 * @see Turc et al., "Well-Read Students Learn Better", 2019, arXiv:1908.08962 (bert-*); Jiao et al. 2020,
 *   arXiv:1909.10351 (tinybert-*); Wang et al. 2020, arXiv:2002.10957 (minilm-*); Clark et al. 2020,
 *   arXiv:2003.10555 (electra-small); Lan et al. 2020, arXiv:1909.11942 (albert-base)
 */
export const PRESETS = {
  'bert-tiny': bert(2, 128, 2, 512),
  'bert-mini': bert(4, 256, 4, 1024),
  'bert-small': bert(4, 512, 8, 2048),
  'bert-medium': bert(8, 512, 8, 2048),
  'bert-base': bert(12, 768, 12, 3072),
  'tinybert-4': bert(4, 312, 12, 1200),
  'tinybert-6': bert(6, 768, 12, 3072),
  'minilm-6': bert(6, 384, 12, 1536),
  'minilm-12': bert(12, 384, 12, 1536),
  'albert-base': {
    ...bert(12, 768, 12, 3072),
    family: 'albert',
    embeddingSize: 128,
  },
  'electra-small': { ...bert(12, 256, 4, 1024), family: 'electra', embeddingSize: 128 },
} as const satisfies Record<string, Architecture>;

export type PresetName = keyof typeof PRESETS;

export const PRESET_NAMES = Object.keys(PRESETS) as [PresetName, ...PresetName[]];
