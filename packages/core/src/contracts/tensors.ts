import type * as tf from '@tensorflow/tfjs';

/** Named tensors of the engine that is running a program. */
export type Tensors = Readonly<Record<string, tf.Tensor>>;

export type HostDType = 'float32' | 'int32' | 'bool';

/** A dense row-major array in this process's memory. `bool` is one byte an element. */
export interface HostTensor {
  readonly dtype: HostDType;
  readonly shape: readonly number[];
  readonly data: Float32Array | Int32Array | Uint8Array;
}

export type HostTensors = Readonly<Record<string, HostTensor>>;

/** A trainable array; always float32 on the host, whatever a file or a device holds. */
export interface Parameter extends HostTensor {
  readonly dtype: 'float32';
  readonly data: Float32Array;
}

/** Named parameters. Names are stable: they are written to checkpoints. */
export type Weights = Readonly<Record<string, Parameter>>;
