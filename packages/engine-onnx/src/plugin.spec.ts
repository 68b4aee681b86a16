import { describe, expect, it } from '@jest/globals';
import { bind, Registry, REPORTER, type Reporter } from '@distiller/core';
import { onnxEnginePlugin } from './plugin.js';
import { createOnnxEngine } from './runtime/create-onnx-engine.js';

const silent: Reporter = {
  info: () => undefined,
  warn: () => undefined,
  progress: () => undefined,
};

describe('onnxEnginePlugin', () => {
  it('makes the engine by name', async () => {
    const registry = new Registry().use(onnxEnginePlugin);
    const engine = await registry.create('engine', { use: 'onnx', threads: 1 }, [
      bind(REPORTER, silent),
    ]);
    expect(engine.name).toBe('onnx/cpu');
    await engine.dispose();
  });

  it('refuses unknown settings and a provider that is not there', async () => {
    const registry = new Registry().use(onnxEnginePlugin);
    await expect(registry.create('engine', { use: 'onnx', device: 'gpu' }, [])).rejects.toThrow(
      'device',
    );
    const absent = { provider: 'cuda' } as const;
    await createOnnxEngine(absent).then(
      (engine) => engine.dispose(), // this build has it
      (error: Error) =>
        expect(error.message).toMatch(/^ONNX Runtime .*"cuda".* It needs an NVIDIA GPU/),
    );
  });
});
