import type {
  EncodedInputs,
  Engine,
  HostTensors,
  Inference,
  Program,
  TextModel,
} from '@distiller/core';
import { pickSignals, type SignalSpec } from './signal-spec.js';

/** A teacher's forward pass on an engine; compiled when it is first needed, once for each set of signals. */
export class SignalModel {
  readonly #inferences = new Map<string, Promise<Inference>>();

  constructor(
    readonly model: TextModel,
    readonly engine: Engine,
  ) {}

  /**
   * @param encoding `ids`, `mask`, `types`, int32 [B, T], and the inputs `mixup/…` for mixup.
   * @returns the signals, [B, …] each, or [2B, …] for mixup.
   */
  async run(encoding: HostTensors, specs: readonly SignalSpec[]): Promise<HostTensors> {
    const { ids, mask, types } = encoding as Required<HostTensors>;
    const mixup = Object.entries(encoding).filter(([name]) => name.startsWith('mixup/'));
    const key = specs.map(({ name }) => name).join();
    const inference = this.#inferences.get(key) ?? this.#open(specs);
    this.#inferences.set(key, inference);
    return (await inference).run({ ids, mask, types, ...Object.fromEntries(mixup) } as HostTensors);
  }

  async dispose(): Promise<void> {
    const open = [...this.#inferences.values()];
    this.#inferences.clear();
    for (const inference of open) await (await inference).dispose();
  }

  #open(specs: readonly SignalSpec[]): Promise<Inference> {
    const { model, engine } = this;
    const program: Program = (params, inputs, context) => ({
      outputs: context.within('teacher', () =>
        pickSignals(model.forward(params, inputs as EncodedInputs, context), specs),
      ),
    });
    return engine.inference(program, model.weights);
  }
}
