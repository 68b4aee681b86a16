export { loadTokenizer } from './tokenizers/load-tokenizer.js';
export {
  tokenizerFromJson,
  type TokenizerConfig,
  type TokenizerJson,
} from './tokenizers/hugging-face-tokenizer.js';
export { pruneTokenizer, type PrunedTokenizer } from './tokenizers/prune-tokenizer.js';
export { trainWordPiece, type WordPieceOptions } from './tokenizers/train-word-piece.js';
export {
  encodeExamples,
  type EncodedExamples,
  type EncodedTexts,
  type EncodeOptions,
  type ReaderRole,
} from './batching/encode-examples.js';
export type { BatchOptions } from './batching/plan-batches.js';
export { joinEncoded } from './batching/join-encoded.js';
export { wholeBatch } from './batching/whole-batch.js';
export { trainingBatches, type TrainingBatches } from './batching/training-batches.js';
export {
  evaluationBatches,
  type EvaluationBatch,
  type EvaluationBatches,
} from './batching/evaluation-batches.js';
export { metricNames, scorePredictions } from './metrics/score-predictions.js';
export { windowsOf, wordsOf } from './batching/encode-row.js';
export { decodeWords, softmax, type WordPrediction } from './evaluation/decode-words.js';
export {
  answerProbabilities,
  AnswerCollector,
  bestText,
  type Answer,
  type AnswerCandidate,
} from './evaluation/decode-answers.js';
export { normalizeAnswer, scoreAnswer, type AnswerScore } from './metrics/answers.js';
export { entitiesOf, EntityCounts, OUTSIDE, type Entity } from './metrics/entities.js';
export { bertTokenizerConfig, type BertTextOptions } from './tokenizers/bert-tokenizer-json.js';
export { readTable, type TableFormat, type TableOptions } from './readers/read-table.js';
export type { Column, ColumnRequest, Row } from './readers/row.js';
export { wordVectorRows, type WordVectorRow } from './readers/word-vector-rows.js';
export { padEncodings, type Encoding } from './batching/pad-encodings.js';
export { makeTask, type TaskParts } from './tasks/make-task.js';
export { sampleTask } from './tasks/sample-task.js';
export { stratifiedSplit } from './tasks/stratified-split.js';
export { withReader } from './tasks/with-reader.js';
export { dataPlugin } from './plugin.js';
