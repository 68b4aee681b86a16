import { describe, expect, it } from '@jest/globals';
import { DistillerError } from '@distiller/core';
import { loadTensorFlow } from './load-tensorflow.js';

const GPU = '@tensorflow/tfjs-node-gpu';
const CPU = '@tensorflow/tfjs-node';

function absent(name: string): Error {
  return Object.assign(new Error(`Cannot find package '${name}' imported from here`), {
    code: 'ERR_MODULE_NOT_FOUND',
  });
}

/** Loads only what is listed; throws the listed error for the rest, or says that it is absent. */
function loader(loadable: readonly string[], errors: Record<string, Error> = {}) {
  const asked: string[] = [];
  const load = async (name: string) => {
    asked.push(name);
    if (!loadable.includes(name)) throw errors[name] ?? absent(name);
  };
  return { asked, load };
}

describe('loadTensorFlow', () => {
  it('prefers the GPU', async () => {
    const { load, asked } = loader([GPU, CPU]);
    expect(await loadTensorFlow('auto', load, fail)).toBe(GPU);
    expect(asked).toEqual([GPU]);
  });

  it('takes the CPU without a word where only that is installed', async () => {
    expect(await loadTensorFlow('auto', loader([CPU]).load, fail)).toBe(CPU);
  });

  it('tells when an installed GPU binding does not load', async () => {
    const broken = new Error('libcudart.so.11.0: cannot open shared object file\n  and so on');
    const warnings: string[] = [];
    const { load } = loader([CPU], { [GPU]: broken });
    expect(await loadTensorFlow('auto', load, (message) => warnings.push(message))).toBe(CPU);
    expect(warnings).toEqual([
      'engine tensorflow: @tensorflow/tfjs-node-gpu is installed but does not load: libcudart.so.11.0: cannot open shared object file. Using @tensorflow/tfjs-node instead.',
    ]);
  });

  it('insists on the device that was asked for', async () => {
    await expect(loadTensorFlow('gpu', loader([CPU]).load, fail)).rejects.toThrow(
      /^engine tensorflow: no binding of TensorFlow loads\.\n {2}@tensorflow\/tfjs-node-gpu is not installed\.\n {2}Install one/,
    );
  });

  it('says what is missing, how to install it and what it needs', async () => {
    const error = await loadTensorFlow('auto', loader([]).load, fail).catch((thrown) => thrown);
    expect(error).toBeInstanceOf(DistillerError);
    expect(error.code).toBe('missing-package');
    expect(error.exitCode).toBe(2);
    expect(error.message).toBe(`engine tensorflow: no binding of TensorFlow loads.
  @tensorflow/tfjs-node-gpu is not installed.
  @tensorflow/tfjs-node is not installed.
  Install one: npm install --ignore-scripts=false @tensorflow/tfjs-node@4.22.0 (CPU), or @tensorflow/tfjs-node-gpu@4.22.0 (NVIDIA GPU, Linux or Windows on x64).
  Its install script downloads libtensorflow 2.9.1 from storage.googleapis.com, so scripts and that host must be allowed.
  The GPU package needs CUDA 11 (built with 11.2) and cuDNN 8 (8.1) on the library path; CUDA 12 does not do.
  After a change of Node version: npm rebuild --ignore-scripts=false with the name of the package.
  Without it, use the engine "onnx", or "tfjs" with backend "wasm".`);
  });

  it('does not call a package absent when one of its own dependencies is', async () => {
    const { load } = loader([], { [CPU]: absent('@mapbox/node-pre-gyp') });
    await expect(loadTensorFlow('cpu', load, fail)).rejects.toThrow(
      /tfjs-node is installed but does not load: Cannot find package '@mapbox\/node-pre-gyp'/,
    );
  });
});

function fail(message: string): never {
  throw new Error(`Unexpected warning: ${message}`);
}
