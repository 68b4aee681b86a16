import type { HostTensors } from '@distiller/core';
import type { Compiled } from './compiled.js';
import { assertInputs, signature } from './tensors.js';

/** A run has a handful of padded lengths; more signatures than this push the least recently used one out. */
const CAPACITY = 16;

/** Compiled graphs by the signature of their inputs. */
export class CompiledCache {
  private readonly entries = new Map<string, Compiled>();

  constructor(private readonly compile: (inputs: HostTensors) => Promise<Compiled>) {}

  async for(inputs: HostTensors): Promise<Compiled> {
    assertInputs(inputs);
    const key = signature(inputs);
    const found = this.entries.get(key) ?? (await this.compile(inputs));
    this.entries.delete(key);
    this.entries.set(key, found); // last in the order of insertion: most recently used
    for (const [oldest, entry] of this.entries) {
      if (this.entries.size <= CAPACITY) break;
      this.entries.delete(oldest);
      await entry.release();
    }
    return found;
  }

  async release(): Promise<void> {
    const all = [...this.entries.values()];
    this.entries.clear();
    await Promise.all(all.map((entry) => entry.release()));
  }
}
