import type { Example } from './task.js';
import type { HostTensor, HostTensors } from './tensors.js';

/**
 * Examples of similar length, encoded for every tokenizer in play. In evaluation the last batch of a split may have
 * more rows B than examples; what stands in the rows beyond `examples.length` means nothing.
 */
export interface Batch {
  readonly examples: readonly Example[];
  /**
   * By role (`student`, `teacher`): `ids`, `mask`, `types`, each int32 [B, T]; T may differ between roles. For token
   * classification also `firsts`, 1 at the first token of each word.
   */
  readonly encodings: Readonly<Record<string, HostTensors>>;
  /**
   * Absent when the split is unlabelled. Int32 class ids [B]; float32 values [B]; float32 [B, C] of 0 and 1 for multi-label
   * tasks; int32 [B, T] class ids, −1 where no word begins; int32 [B, 2], the first and the last token of a span.
   */
  readonly labels?: HostTensor;
  /** Inputs `mixup/…` of EncodedInputs, the same for every model that reads the batch; `labels` stay those of the plain rows. */
  readonly mixup?: HostTensors;
}
