import { DistillerError, ioError, type HostTensor, type HostTensors } from '@distiller/core';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { fromOrt } from './tensors.js';

/** An input or an output of a model; `shape` has names for sizes that are known only when it runs. */
export interface OnnxValue {
  readonly name: string;
  readonly type: string;
  readonly shape: readonly (number | string)[];
}

/** A model file of anyone's making, run forward only on ONNX Runtime's CPU provider. */
export interface OnnxFile {
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
  /** @param inputs int32 arrays are widened for int64 inputs. @returns float32 outputs by name. */
  run(inputs: HostTensors): Promise<HostTensors>;
  dispose(): Promise<void>;
}

/** @throws DistillerError `io` when the file can't be read; `input` when it is no model that ONNX Runtime can run. */
export async function openOnnxFile(path: string, threads = 0): Promise<OnnxFile> {
  let session: InferenceSession;
  try {
    session = await InferenceSession.create(path, {
      executionProviders: ['cpu'],
      intraOpNumThreads: threads,
      logSeverityLevel: 3,
    });
  } catch (cause) {
    const { message } = cause as Error;
    if (/doesn't exist|no such file/i.test(message)) throw ioError('read', path, cause);
    throw new DistillerError('input', `${path} can't be run by ONNX Runtime: ${message}`, {
      cause,
    });
  }
  const inputs = session.inputMetadata.map(valueOf);
  let isDisposed = false;
  return {
    inputs,
    outputs: session.outputMetadata.map(valueOf),
    async run(given) {
      const feeds = Object.fromEntries(
        inputs.map(({ name, type }) => [name, asInput(name, type, given[name])]),
      );
      const results = await session.run(feeds);
      return Object.fromEntries(
        Object.entries(results).map(([name, tensor]) => [name, fromOrt(tensor as Tensor)]),
      );
    },
    async dispose() {
      if (isDisposed) return;
      isDisposed = true;
      await session.release();
    },
  };
}

function valueOf(metadata: InferenceSession.ValueMetadata): OnnxValue {
  const { name } = metadata;
  if (!metadata.isTensor) return { name, type: 'other', shape: [] };
  return { name, type: metadata.type, shape: metadata.shape };
}

function asInput(name: string, type: string, tensor: HostTensor | undefined): Tensor {
  if (!tensor)
    throw new DistillerError('shape', `The ONNX model was run without its input "${name}".`);
  if (type !== 'int64') return new Tensor(tensor.dtype, tensor.data as never, tensor.shape);
  const data = BigInt64Array.from(tensor.data as Int32Array, BigInt);
  return new Tensor('int64', data, tensor.shape);
}
