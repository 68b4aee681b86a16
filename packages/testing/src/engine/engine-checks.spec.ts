import { describe, it } from '@jest/globals';
import { createEagerEngine } from '@distiller/engine';
import { engineChecks } from './engine-checks.js';

// XNNPACK adds in another order than the reference does: 1e-5 of the largest value leaves a factor of ten.
describe.each(['cpu', 'wasm'])('the eager engine on %s', (backend) => {
  it.each(engineChecks.map((check) => [check.name, check] as const))('%s', async (_, check) => {
    await check.run({ engine: () => createEagerEngine({ backend }), tolerance: 1e-5 });
  });
});
