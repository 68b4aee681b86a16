import { describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { createEagerEngine } from './create-eager-engine.js';
import { withBackend } from './with-backend.js';

describe.each(['cpu', 'wasm'])('UnsortedSegmentSum on %s', (backend) => {
  it('adds rows by segment, leaves empty segments at zero and drops negative ids', async () => {
    await createEagerEngine({ backend });
    const sums = withBackend(backend, () =>
      tf.tidy(() =>
        tf
          .unsortedSegmentSum(
            tf.tensor2d([
              [1, 2],
              [10, 20],
              [100, 200],
              [5, 5],
            ]),
            tf.tensor1d([3, 0, 3, -1], 'int32'),
            4,
          )
          .arraySync(),
      ),
    );
    expect(sums).toEqual([
      [10, 20],
      [0, 0],
      [0, 0],
      [101, 202],
    ]);
  });
});
