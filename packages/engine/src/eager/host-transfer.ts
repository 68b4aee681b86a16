import { DistillerError, type HostDType, type HostTensor, type HostTensors } from '@distiller/core';
import * as tf from '@tensorflow/tfjs';

/**
 * Puts a host array on the current backend. The cpu backend works on the array itself.
 *
 * @throws DistillerError `shape` when the number of values does not fit the shape.
 */
export function upload(name: string, { data, shape, dtype }: HostTensor): tf.Tensor {
  const size = shape.reduce((product, extent) => product * extent, 1);
  if (data.length !== size) {
    throw new DistillerError(
      'shape',
      `"${name}" is [${shape.join(', ')}], that is ${size} values, but holds ${data.length}.`,
    );
  }
  return tf.tensor(data, [...shape], dtype);
}

/** Brings tensors to the host, as copies that no later step changes. */
export async function download(tensors: Readonly<Record<string, tf.Tensor>>): Promise<HostTensors> {
  const named = Object.entries(tensors).map(
    async ([name, tensor]) => [name, await downloadOne(name, tensor)] as const,
  );
  return Object.fromEntries(await Promise.all(named));
}

async function downloadOne(name: string, tensor: tf.Tensor): Promise<HostTensor> {
  const { shape, dtype } = tensor;
  if (dtype === 'string' || dtype === 'complex64') {
    throw new DistillerError(
      'unsupported',
      `"${name}" is of type ${dtype}; a program gives float32, int32 or bool.`,
    );
  }
  return { dtype, shape, data: copyOf(dtype, await tensor.data()) };
}

function copyOf(dtype: HostDType, values: ArrayLike<number>): HostTensor['data'] {
  if (dtype === 'float32') return new Float32Array(values);
  return dtype === 'int32' ? new Int32Array(values) : new Uint8Array(values);
}
