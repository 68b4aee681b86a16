import type { HostTensors } from '@distiller/core';
import type { Compiled } from './compiled.js';
import { assertInputs, signature } from './tensors.js';

/** A run has a handful of padded lengths, each perhaps with labels and without. */
export const DEFAULT_GRAPHS = 16;

/** How many compiled graphs a program keeps. */
export interface GraphLimit {
  /** More signatures than this push the least recently used one out. */
  readonly graphs: number;
  /** Called once a program, when a graph that was pushed out had to be compiled again. */
  readonly onCompiledAgain: () => void;
}

/** What can be let go of. */
interface Releasable {
  release(): Promise<void>;
}

/** Compiled graphs by the signature of their inputs. */
export class CompiledCache<Graph extends Releasable = Compiled> {
  private readonly entries = new Map<string, Graph>();
  /** Signatures that were pushed out; nothing once that has been told. */
  private dropped: Set<string> | undefined = new Set();

  constructor(
    private readonly limit: GraphLimit,
    private readonly compile: (inputs: HostTensors) => Promise<Graph>,
  ) {}

  async for(inputs: HostTensors): Promise<Graph> {
    assertInputs(inputs);
    const key = signature(inputs);
    if (this.dropped?.has(key)) {
      this.dropped = undefined;
      this.limit.onCompiledAgain();
    }
    const found = this.entries.get(key) ?? (await this.compile(inputs));
    this.entries.delete(key);
    this.entries.set(key, found); // last in the order of insertion: most recently used
    for (const [oldest, entry] of this.entries) {
      if (this.entries.size <= this.limit.graphs) break;
      this.entries.delete(oldest);
      this.dropped?.add(oldest);
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
