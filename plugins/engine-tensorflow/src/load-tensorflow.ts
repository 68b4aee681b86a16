import { DistillerError } from '@distiller/core';
import { restoreRemovedUtil } from './restore-removed-util.js';

const VERSION = '4.22.0';
const GPU = '@tensorflow/tfjs-node-gpu';
const CPU = '@tensorflow/tfjs-node';

export type TensorFlowDevice = 'auto' | 'gpu' | 'cpu';

const BINDINGS: Readonly<Record<TensorFlowDevice, readonly string[]>> = {
  auto: [GPU, CPU],
  gpu: [GPU],
  cpu: [CPU],
};

/** How to get a binding, with what its native part needs. */
const ADVICE = [
  `Install one: npm install --ignore-scripts=false ${CPU}@${VERSION} (CPU), or ${GPU}@${VERSION} (NVIDIA GPU, Linux or Windows on x64).`,
  'Its install script downloads libtensorflow 2.9.1 from storage.googleapis.com, so scripts and that host must be allowed.',
  'The GPU package needs CUDA 11 (built with 11.2) and cuDNN 8 (8.1) on the library path; CUDA 12 does not do.',
  'After a change of Node version: npm rebuild --ignore-scripts=false with the name of the package.',
  'Without it, use the engine "onnx", or "tfjs" with backend "wasm".',
].join('\n  ');

/**
 * Loads the first binding of TensorFlow that works; tfjs then has a backend `tensorflow`.
 *
 * @param load imports a package by name.
 * @param warn told when a binding is installed but does not load and another takes its place.
 * @returns the package that was loaded.
 * @throws DistillerError `missing-package` when there is none, with what each one said.
 */
export async function loadTensorFlow(
  device: TensorFlowDevice,
  load: (name: string) => Promise<unknown>,
  warn: (message: string) => void,
): Promise<string> {
  restoreRemovedUtil();
  const failures: string[] = [];
  const causes: unknown[] = [];
  for (const name of BINDINGS[device]) {
    try {
      await load(name);
    } catch (error) {
      causes.push(error);
      failures.push(`${name} ${isAbsent(error, name) ? 'is not installed' : reason(error)}.`);
      continue;
    }
    for (const failure of failures.filter((text) => !text.endsWith('is not installed.'))) {
      warn(`engine tensorflow: ${failure} Using ${name} instead.`);
    }
    return name;
  }
  throw new DistillerError(
    'missing-package',
    `engine tensorflow: no binding of TensorFlow loads.\n  ${failures.join('\n  ')}\n  ${ADVICE}`,
    { cause: new AggregateError(causes) },
  );
}

/** True when the package itself is missing, false when something in it is. */
function isAbsent(error: unknown, name: string): boolean {
  const { code, message } = error as NodeJS.ErrnoException;
  return /MODULE_NOT_FOUND$/.test(code ?? '') && (message ?? '').includes(`'${name}'`);
}

/** The first line, which says what is wrong; the rest is advice for other situations. */
function reason(error: unknown): string {
  const [line = ''] = String(error instanceof Error ? error.message : error).split('\n');
  return `is installed but does not load: ${line.trim().replace(/\.$/, '')}`;
}
