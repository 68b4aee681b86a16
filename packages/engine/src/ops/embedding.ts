import * as tf from '@tensorflow/tfjs';

/**
 * Looks up rows of a table. Its gradient adds up the rows of dy that share an id, in order
 * (tfjs' own gradient of `gather` does the same behind two transposes).
 *
 * @param table float32 [V, D].
 * @param ids int32 [...], each in [0, V).
 * @returns float32 [..., D]; the caller disposes of it.
 */
export function embedding(table: tf.Tensor2D, ids: tf.Tensor): tf.Tensor {
  const [rows, width] = table.shape;
  const lookUp = tf.customGrad((x, save) => {
    (save as tf.GradSaveFunc)([ids]);
    return {
      value: tf.gather(x as tf.Tensor2D, ids),
      gradFunc: (dy: tf.Tensor, [saved]: tf.Tensor[]) =>
        tf.unsortedSegmentSum(
          tf.reshape(dy, [-1, width]),
          tf.reshape(saved as tf.Tensor, [-1]) as tf.Tensor1D,
          rows,
        ),
    };
  });
  return lookUp(table);
}
