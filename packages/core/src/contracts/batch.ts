import type { Example } from './task.js';
import type { HostTensor, HostTensors } from './tensors.js';

/**
 * Examples of similar length, encoded for every tokenizer in play. In evaluation the last batch of a split may have
 * more rows B than examples; what stands in the rows beyond `examples.length` means nothing.
 */
export interface Batch {
  readonly examples: readonly Example[];
  /** By role (`student`, `teacher`): `ids`, `mask`, `types`, each int32 [B, T]; T may differ between roles. */
  readonly encodings: Readonly<Record<string, HostTensors>>;
  /** Int32 class ids or float32 values, [B]; absent when the split is unlabelled. */
  readonly labels?: HostTensor;
}
