import { DistillerError } from '@distiller/core';
import { InferenceSession, listSupportedBackends } from 'onnxruntime-node';
import { GraphBuilder } from '../graph/builder.js';
import { lower, type Dialect } from '../lower/lower.js';
import { encodeOnnx } from '../lower/onnx-model.js';

/** Where ONNX Runtime computes. */
export type Provider = 'cpu' | 'webgpu' | 'cuda';

export const DIALECTS: Readonly<Record<Provider, Dialect>> = {
  cpu: { contrib: true, layerNormStatistics: true },
  cuda: { contrib: true, layerNormStatistics: true },
  webgpu: { contrib: false, layerNormStatistics: false },
};

/** What to do where a provider does not start. */
const REMEDIES: Readonly<Record<Provider, string>> = {
  cpu: 'Reinstall onnxruntime-node for this platform.',
  webgpu:
    'It needs a GPU driver for Vulkan, Metal or Direct3D 12; use the provider cpu without one.',
  cuda:
    'It needs an NVIDIA GPU, CUDA 12 with cuDNN 9, and the CUDA build of onnxruntime-node ' +
    '(npm rebuild onnxruntime-node --onnxruntime-node-install=cuda12 on Linux x64); use the provider cpu without them.',
};

/** @throws DistillerError `unsupported` when this build of ONNX Runtime lacks the provider or it does not start. */
export async function assertProvider(provider: Provider): Promise<void> {
  const available = listSupportedBackends().map(({ name }) => name);
  if (!available.includes(provider)) {
    throw new DistillerError(
      'unsupported',
      `ONNX Runtime has no provider "${provider}" here (available: ${available.join(', ')}). ${REMEDIES[provider]}`,
    );
  }
  if (provider === 'cpu') return;
  // Being listed says nothing about drivers, so a smallest model is tried.
  const build = new GraphBuilder();
  const outputs = new Map([['y', build.unary('neg', build.input('x', [1], 'float32'))]]);
  const session = await openSession(encodeOnnx(lower(outputs, DIALECTS[provider])), provider, 1);
  await session.release();
}

/**
 * Opens a session on a serialised model.
 *
 * @param threads of the CPU provider.
 * @throws DistillerError `unsupported` when ONNX Runtime refuses the model or the provider does not start.
 */
export async function openSession(
  model: Uint8Array,
  provider: Provider,
  threads: number,
  options: InferenceSession.SessionOptions = {},
): Promise<InferenceSession> {
  try {
    return await InferenceSession.create(model, {
      executionProviders: provider === 'cpu' ? ['cpu'] : [provider, 'cpu'],
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      executionMode: 'sequential',
      // Our passes leave nothing for the higher levels, which take most of the time to open a session.
      graphOptimizationLevel: provider === 'cpu' ? 'basic' : 'all',
      logSeverityLevel: 3, // errors only: a warning about nodes that stay on the CPU is not for the user
      // Numbers too small for full precision are slow and change nothing here.
      extra: { session: { set_denormal_as_zero: '1' } },
      ...options,
    });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    // ONNX Runtime puts the failed condition with its place in the source before what it says.
    const said = message
      .replace(/^.* was (true|false)\. /s, '')
      .trim()
      .replace(/\.$/, '');
    throw new DistillerError(
      'unsupported',
      `ONNX Runtime can't run the compiled program on "${provider}": ${said}. ${REMEDIES[provider]}`,
      { cause: error },
    );
  }
}
