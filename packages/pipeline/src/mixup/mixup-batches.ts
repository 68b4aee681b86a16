import type { HostTensor, HostTensors, Rng } from '@distiller/core';
import type { BatchSource } from '../mixed-batches.js';
import type { Mixup } from './mixup-settings.js';
import { sampleBeta } from './sample-beta.js';

/** Gives every batch one λ and one permutation, a function of (generator, number of the batch). */
export function mixupBatches(source: BatchSource, mixup: Mixup, rng: Rng): BatchSource {
  return {
    ...source,
    async at(index) {
      const batch = await source.at(index);
      const rows = batch.encodings['student']?.['ids']?.shape[0] ?? 0;
      return { ...batch, mixup: mixupInputs(mixup, rows, rng.derive('batch', index)) };
    },
  };
}

/** The inputs `mixup/…` of EncodedInputs for a batch of `rows` texts. */
function mixupInputs({ alpha, mask }: Mixup, rows: number, rng: Rng): HostTensors {
  const lambda = Math.fround(sampleBeta(rng.derive('lambda'), alpha, alpha));
  // With λ = 1 nothing of the other text is there, so that its positions must not count either.
  const union = mask === 'union' && lambda < 1 ? 1 : 0;
  return {
    'mixup/lambda': scalar(lambda),
    'mixup/permutation': {
      dtype: 'int32',
      shape: [rows],
      data: Int32Array.from(rng.derive('permutation').permutation(rows)),
    },
    'mixup/union': scalar(union),
  };
}

function scalar(value: number): HostTensor {
  return { dtype: 'float32', shape: [], data: Float32Array.of(value) };
}

/** Labels of the texts that are mixed in: y[π]. */
export function permutedLabels(labels: HostTensor, permutation: HostTensor): HostTensor {
  const data = labels.data.slice();
  const width = data.length / permutation.data.length;
  permutation.data.forEach((from, to) => {
    data.set(labels.data.subarray(from * width, (from + 1) * width), to * width);
  });
  return { ...labels, data };
}
