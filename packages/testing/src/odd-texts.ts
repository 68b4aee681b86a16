/** Sentences of English of different lengths. */
export const SENTENCES = [
  'The quick brown fox jumps over the lazy dog near the river.',
  'A good film makes the people who watch it happy, sad and angry.',
  'She bought a large house in the city last year',
  'What is the best way to learn a new language?',
  'the movie was a big waste of time and money',
  "I don't think that the old car can make it up the hill!",
] as const;

/** Texts that nobody trains on and that come anyway. */
export const ODD = [
  '',
  ' ',
  'word',
  '...',
  '?! ... --',
  'naïve café Ångström straße',
  'e\u0301te\u0301 de\u0301ja\u0300 vu',
  '我喜欢这部电影。',
  'שלום עולם, مرحبا بالعالم',
  '👩‍👩‍👧‍👦 family 🎉 party 🏳️‍🌈',
  'tab\tand\nnew line\r\nand   blanks ',
  '[MASK] [CLS] </s> ^word$ [apertium] \\ @ /',
  '\u0000\u200b\ufeff zero',
] as const;

/** 400 sentences. */
export const LONG = Array.from({ length: 400 }, (_, i) => SENTENCES[i % 6]).join(' ');

/** Half of a character. */
export const LONE_SURROGATE = /\p{Surrogate}/u;
