/** Ideographs outside the basic plane around which the Rust tokenizer puts spaces. */
const ASTRAL_IDEOGRAPH =
  /[\u{20000}-\u{2A6DF}\u{2A700}-\u{2B81F}\u{2B920}-\u{2CEAF}\u{2F800}-\u{2FA1F}]/gu;

/**
 * Two places where `@huggingface/tokenizers` 0.2.0 normalises BERT text unlike the Rust tokenizer that
 * made the checkpoints: it looks for ideographs among UTF-16 units, so it misses those beyond U+FFFF, and it
 * lower-cases a Σ at the end of a word to ς. Both are put right before the library sees the text.
 */
export function adaptTextToLibrary(
  normalizer: Readonly<Record<string, unknown>> | null,
): (text: string) => string {
  if (normalizer?.['type'] !== 'BertNormalizer') return (text) => text;
  const spaced = normalizer['handle_chinese_chars'] === true;
  const lowered = normalizer['lowercase'] === true;
  return (text) => {
    const spacedText = spaced ? text.replace(ASTRAL_IDEOGRAPH, ' $& ') : text;
    return lowered ? spacedText.replaceAll('Σ', 'σ') : spacedText;
  };
}
