import { DistillerError, type HostTensor, type HostTensors } from '@distiller/core';
import { Tensor } from 'onnxruntime-node';

/** A session input over the same memory. */
export function toOrt({ dtype, shape, data }: HostTensor): Tensor {
  return new Tensor(dtype, data as never, shape);
}

/** A host tensor over the same memory. */
export function fromOrt(tensor: Tensor): HostTensor {
  return {
    dtype: tensor.type as HostTensor['dtype'],
    shape: [...tensor.dims],
    data: tensor.data as HostTensor['data'],
  };
}

/** Everything that a compiled graph is specialised for: names, dtypes and shapes. */
export function signature(inputs: HostTensors): string {
  return Object.entries(inputs)
    .map(([name, { dtype, shape }]) => `${name}:${dtype}[${shape.join()}]`)
    .sort()
    .join(' ');
}

/** @throws DistillerError `shape` when an input's array does not fit its shape. */
export function assertInputs(inputs: HostTensors): void {
  for (const [name, { shape, data }] of Object.entries(inputs)) {
    const size = shape.reduce((product, dimension) => product * dimension, 1);
    if (size === data.length) continue;
    throw new DistillerError(
      'shape',
      `input "${name}" is [${shape.join(', ')}], which is ${size} values, but it holds ${data.length}.`,
    );
  }
}
