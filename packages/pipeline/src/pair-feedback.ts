import {
  DistillerError,
  type Engine,
  type HostTensor,
  type HostTensors,
  type Inference,
  type PairWeighting,
  type Program,
  type Weights,
} from '@distiller/core';
import { addScope, selectScope } from './parameter-scope.js';
import type { StepFeedback } from './step-feedback.js';
import type { StudentProgram } from './student-program.js';

/** A term whose pairs are weighed anew at every step. */
interface WeighedTerm {
  readonly name: string;
  readonly weighting: PairWeighting;
  /** Of the step before; zeros before the first. */
  losses: Float32Array;
}

/** The host's side of matchings that weigh their pairs; undefined when a program has none. */
export function pairFeedback(program: StudentProgram, engine: Engine): StepFeedback | undefined {
  const terms = program.matched.flatMap(({ term: { name }, pairs, weighting }) =>
    weighting ? [{ name, weighting, losses: new Float32Array(pairs.length) }] : [],
  );
  return terms.length > 0 ? new PairFeedback(program, engine, terms) : undefined;
}

class PairFeedback implements StepFeedback {
  private inference: Promise<Inference> | undefined;

  constructor(
    private readonly program: StudentProgram,
    private readonly engine: Engine,
    private readonly terms: readonly WeighedTerm[],
  ) {}

  async inputs(inputs: HostTensors, weights: Weights): Promise<HostTensors> {
    const asksOwn = this.terms.some(({ weighting }) => weighting.losses === 'own');
    const own = asksOwn ? await this.ownLosses(inputs, weights) : {};
    return Object.fromEntries(
      this.terms.map(({ name, weighting, losses }) => {
        const seen = weighting.losses === 'own' ? lossesOf(own, name) : losses;
        return [`weights/${name}`, vector(weighting.weigh(seen))];
      }),
    );
  }

  observe(outputs: HostTensors): void {
    for (const term of this.terms) {
      term.losses = lossesOf(outputs, term.name);
      term.weighting.update(term.losses);
    }
    for (const group of this.groups()) {
      const mean = meanOf(group.map((weighting) => weighting.snapshot()));
      for (const weighting of group) weighting.restore(mean);
    }
  }

  snapshot(): HostTensors {
    return Object.assign(
      {},
      ...this.terms.map(({ name, weighting, losses }) =>
        addScope(name, {
          losses: vector(losses.slice()),
          ...addScope('state', weighting.snapshot()),
        }),
      ),
    ) as HostTensors;
  }

  restore(state: HostTensors): void {
    for (const term of this.terms) {
      const own = selectScope(term.name, state);
      term.losses = Float32Array.from((own['losses'] as HostTensor).data);
      term.weighting.restore(selectScope('state', own));
    }
  }

  async dispose(): Promise<void> {
    await (await this.inference)?.dispose();
  }

  /** Losses of the pairs on this batch, without dropout. */
  private async ownLosses(inputs: HostTensors, weights: Weights): Promise<HostTensors> {
    this.inference ??= this.engine.inference(
      this.program.pairProgram as Program,
      this.program.weights,
    );
    const inference = await this.inference;
    inference.setWeights(weights);
    return inference.run(inputs);
  }

  private groups(): PairWeighting[][] {
    const groups = new Map<string, PairWeighting[]>();
    for (const { weighting } of this.terms) {
      if (weighting.group === undefined) continue;
      groups.set(weighting.group, [...(groups.get(weighting.group) ?? []), weighting]);
    }
    return [...groups.values()].filter(({ length }) => length > 1);
  }
}

function lossesOf(outputs: HostTensors, name: string): Float32Array {
  return Float32Array.from((outputs[`pairs/${name}`] as HostTensor).data);
}

function vector(data: Float32Array): HostTensor {
  return { dtype: 'float32', shape: [data.length], data };
}

/** Element by element. @throws DistillerError `config` when the states are of different shapes. */
function meanOf(states: readonly HostTensors[]): HostTensors {
  const [first, ...rest] = states as [HostTensors, ...HostTensors[]];
  return Object.fromEntries(
    Object.entries(first).map(([name, tensor]) => {
      const all = [tensor, ...rest.map((state) => state[name])];
      if (all.some((other) => other?.data.length !== tensor.data.length)) {
        throw new DistillerError(
          'config',
          `intermediate: terms that share their matching's state must match as many layers, but their "${name}" differ in length. Give them different names to share.`,
        );
      }
      const sum = Float32Array.from(
        tensor.data,
        (_, i) =>
          all.reduce((total, other) => total + ((other as HostTensor).data[i] as number), 0) /
          all.length,
      );
      return [name, { ...tensor, data: sum }];
    }),
  );
}
