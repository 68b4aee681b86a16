import { DistillerError, type HostDType, type HostTensor } from '@distiller/core';
import * as tf from '@tensorflow/tfjs';
import { GraphBuilder } from '../graph/builder.js';
import type { Value } from '../graph/graph.js';
import { KERNELS, type Kernel } from './kernels.js';

/** Name under which the tracing backend is registered with tfjs. */
export const TRACE_BACKEND = 'distiller-trace';

/**
 * A tfjs backend whose tensors have a shape and a dtype but no numbers: running a kernel records a node.
 * Disposing of a tensor forgets nothing, since the recorded graph may still need it.
 */
class TraceBackend extends tf.KernelBackend {
  private values = new WeakMap<object, Value>();
  build = new GraphBuilder();

  /** Starts a new recording; tensors of the last one are strangers from now on. */
  restart(): GraphBuilder {
    this.values = new WeakMap();
    this.build = new GraphBuilder();
    return this.build;
  }

  /** A tensor that stands for a recorded value. */
  info(value: Value): tf.TensorInfo {
    const dataId = {};
    this.values.set(dataId, value);
    return { dataId, shape: [...value.shape], dtype: value.dtype };
  }

  /** @throws DistillerError `unsupported` for a tensor that was made outside the program. */
  recorded({ dataId }: tf.TensorInfo): Value {
    const value = this.values.get(dataId);
    if (value) return value;
    throw new DistillerError(
      'unsupported',
      'the program uses a tensor that was made outside it. Make it inside, or pass it as a parameter or an input: ' +
        'a compiled program would never see it change.',
    );
  }

  override write(values: tf.BackendValues, shape: number[], dtype: tf.DataType): object {
    const value = this.constant(values, shape, dtype);
    return this.info(value).dataId;
  }

  private constant(values: tf.BackendValues, shape: number[], dtype: tf.DataType): Value {
    if (dtype !== 'float32' && dtype !== 'int32' && dtype !== 'bool') {
      throw new DistillerError(
        'unsupported',
        `a tensor of type ${dtype} can't be compiled; use float32, int32 or bool.`,
      );
    }
    const first = Number(values[0] ?? 0);
    if (values.length === 1 || Array.prototype.every.call(values, (value) => value === first)) {
      return this.build.fill(first, shape, dtype);
    }
    const data = hostData(values as ArrayLike<number>, dtype);
    return this.build.constant({ dtype, shape, data } as HostTensor);
  }

  override readSync(): never {
    throw new DistillerError(
      'unsupported',
      'the program reads values on the host (dataSync, arraySync, data, print, a truth test …). A compiled program ' +
        'runs once with placeholders, so it must be made of tensor ops only.',
    );
  }
  override read(): never {
    this.readSync();
  }
  override disposeData(): boolean {
    return true;
  }
  override incRef(): void {
    // Nothing is freed, so nothing is counted.
  }
  override refCount(): number {
    return 1;
  }
  override numDataIds(): number {
    return 0;
  }
  override floatPrecision(): 32 {
    return 32;
  }
  override epsilon(): number {
    return 1e-7; // tfjs' value for 32-bit backends
  }
}

function hostData(values: ArrayLike<number>, dtype: HostDType): HostTensor['data'] {
  if (dtype === 'float32') return Float32Array.from(values);
  return dtype === 'int32' ? Int32Array.from(values) : Uint8Array.from(values);
}

/** Runs `kernel` of the table as a tfjs kernel: operands become values, results become tensors. */
function asTfjsKernel(kernel: Kernel): tf.KernelFunc {
  return ({ inputs, attrs, backend }) => {
    const trace = backend as TraceBackend;
    const operands: Record<string, Value> = {};
    for (const [name, tensor] of Object.entries(inputs)) {
      if (tensor) operands[name] = trace.recorded(tensor as tf.TensorInfo);
    }
    const result = kernel(trace.build, operands, (attrs ?? {}) as Record<string, unknown>);
    return Array.isArray(result)
      ? result.map((value: Value) => trace.info(value))
      : trace.info(result as Value);
  };
}

let backend: TraceBackend | undefined;

/** Stands in for a kernel without an entry in the table. */
function refusal(kernelName: string): tf.KernelFunc {
  return () => {
    const op = tf.engine().state.activeScope?.name.replace(/__op$/, '');
    throw new DistillerError(
      'unsupported',
      `the kernel ${kernelName}${op ? ` (in ${op})` : ''} cannot be compiled. Compose it from other ops, ` +
        'or use an eager engine (tfjs).',
    );
  };
}

/** The process's tracing backend, registered on first use. Lowest priority: tfjs never picks it by itself. */
export function traceBackend(): TraceBackend {
  if (backend) return backend;
  const created = new TraceBackend();
  tf.registerBackend(TRACE_BACKEND, () => created, -1);
  const register = (kernelName: string, kernelFunc: tf.KernelFunc) =>
    tf.registerKernel({ kernelName, backendName: TRACE_BACKEND, kernelFunc });
  for (const [name, kernel] of Object.entries(KERNELS)) register(name, asTfjsKernel(kernel));
  for (const { kernelName } of tf.getKernelsForBackend('cpu')) {
    if (!(kernelName in KERNELS)) register(kernelName, refusal(kernelName));
  }
  return (backend = created);
}

export type { TraceBackend };
