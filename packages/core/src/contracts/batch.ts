import type { Example } from './task.js';
import type { HostTensor, HostTensors } from './tensors.js';

/** Token classification: where the words of a row stand among its tokens. */
export interface WordAlignment {
  /** First token of each word; −1 for a word that was cut off or of which nothing is left. */
  readonly firsts: Int32Array;
}

/** Spans: which part of the context (`texts[1]`) a row shows, and where. */
export interface ContextAlignment {
  /** Token of the row at which the context begins. */
  readonly from: number;
  /** What each token of the context stands for, in UTF-16 units, end excluded; pieces of a word all stand for the word. */
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  /** 1 where no other row of the example shows more of the context on both sides of the token. */
  readonly widest: Uint8Array;
}

export type Alignment = WordAlignment | ContextAlignment;

/**
 * Examples of similar length, encoded for every tokenizer in play. In evaluation the last batch of a split may have
 * more rows B than examples; what stands in the rows beyond `examples.length` means nothing.
 */
export interface Batch {
  /** The example of each row. One whose context is shown in several windows has a row for each of them. */
  readonly examples: readonly Example[];
  /**
   * By role (`student`, `teacher`): `ids`, `mask`, `types`, each int32 [B, T]; T may differ between roles. For token
   * classification also `firsts`, 1 at the first token of each word.
   */
  readonly encodings: Readonly<Record<string, HostTensors>>;
  /**
   * Absent when the split is unlabelled. Int32 class ids [B]; float32 values [B]; float32 [B, C] of 0 and 1 for multi-label
   * tasks; int32 [B, T] class ids, −1 where no word begins; int32 [B, 2], the first and the last token of a span, both 0
   * (the token before the texts) where the row does not show it. Tokens are the leading role's.
   */
  readonly labels?: HostTensor;
  /** Inputs `mixup/…` of EncodedInputs, the same for every model that reads the batch; `labels` stay those of the plain rows. */
  readonly mixup?: HostTensors;
  /** For token classification and spans, a row each; by the leading role's tokens. */
  readonly alignments?: readonly Alignment[];
}
