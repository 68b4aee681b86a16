import { performance } from 'node:perf_hooks';
import type { HostTensors, Inference } from '@distiller/core';

const WARM_UP = 3;
const RUNS = 20;

/** Median time of one forward pass in milliseconds, after a warm-up. */
export async function medianLatency(inference: Inference, inputs: HostTensors): Promise<number> {
  const times: number[] = [];
  for (let run = 0; run < WARM_UP + RUNS; run++) {
    const began = performance.now();
    await inference.run(inputs);
    if (run >= WARM_UP) times.push(performance.now() - began);
  }
  times.sort((a, b) => a - b);
  return times[times.length >> 1] ?? NaN;
}
