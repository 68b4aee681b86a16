export { loadTokenizer } from './tokenizers/load-tokenizer.js';
export {
  tokenizerFromJson,
  type TokenizerConfig,
  type TokenizerJson,
} from './tokenizers/hugging-face-tokenizer.js';
export { trainWordPiece, type WordPieceOptions } from './tokenizers/train-word-piece.js';
