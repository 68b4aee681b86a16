import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { createEagerEngine } from '@distiller/engine';
import { agreement } from '@distiller/testing';
import { createOnnxEngine } from './create-onnx-engine.js';

/** Debian's chromium brings a Vulkan loader and a driver that computes on the CPU. */
const CHROMIUM = '/usr/lib/chromium';
const DRIVER = `${CHROMIUM}/vk_swiftshader_icd.json`;
const isBuilt = existsSync(new URL('../../dist/index.js', import.meta.url));

/** Why the GPU provider can't be checked here: the check runs in a process of its own, on the built package. */
const noWebGpu = !existsSync(DRIVER)
  ? `${DRIVER} is not there, apt-get install chromium`
  : !isBuilt && 'engine-onnx is not built';

/** Ours on the GPU provider against the reference, in a process that starts with the software driver. */
const WEBGPU_CHECK = `
  import { createEagerEngine } from '@distiller/engine';
  import { agreement } from '@distiller/testing';
  import { createOnnxEngine } from '@distiller/engine-onnx';
  const [gpu, cpu] = [await createOnnxEngine({ provider: 'webgpu' }), await createEagerEngine({ backend: 'cpu' })];
  console.log('worst ' + (await agreement(gpu, cpu, 1e-4)).worst);
  await gpu.dispose();
`;

describe('a step of distillation', () => {
  it.each(['cpu', 'wasm'])(
    'has the same loss and gradients on onnx/cpu and tfjs/%s',
    async (backend) => {
      const [onnx, eager] = [
        await createOnnxEngine({ threads: 2 }),
        await createEagerEngine({ backend }),
      ];
      const { worst } = await agreement(onnx, eager, 1e-5);
      expect(worst).toBeLessThan(1e-5);
      await onnx.dispose();
      await eager.dispose();
    },
  );

  const [itOnGpu, why] = noWebGpu ? [it.skip, ` (skipped: ${noWebGpu})`] : [it, ''];
  itOnGpu(
    `has the same loss and gradients on onnx/webgpu${why}`,
    () => {
      const { stdout, stderr } = spawnSync(
        process.execPath,
        ['--input-type=module', '--eval', WEBGPU_CHECK],
        {
          cwd: new URL('../..', import.meta.url),
          encoding: 'utf8',
          env: {
            ...process.env,
            NODE_OPTIONS: '',
            LD_LIBRARY_PATH: CHROMIUM,
            VK_ICD_FILENAMES: DRIVER,
          },
        },
      );
      expect({ stdout, stderr }).toMatchObject({ stdout: expect.stringMatching(/^worst \d/) });
    },
    60_000,
  );
});
