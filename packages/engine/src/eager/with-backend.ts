import * as tf from '@tensorflow/tfjs';

/**
 * Runs `body` with another tfjs backend and puts the former one back. The current backend is global to the
 * process, so `body` must not wait: what it does before it returns runs on `backend`, nothing else does.
 *
 * @param backend a backend that is already initialised; then `tf.setBackend` acts at once.
 */
export function withBackend<T>(backend: string, body: () => T): T {
  const former = tf.getBackend();
  if (former === backend) return body();
  void tf.setBackend(backend);
  try {
    return body();
  } finally {
    void tf.setBackend(former);
  }
}
