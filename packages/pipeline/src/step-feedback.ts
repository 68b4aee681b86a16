import type { HostTensors, Weights } from '@distiller/core';

/**
 * What lives on the host between steps besides weights and optimizer: it reads what a step put out and has a say in the
 * inputs of the next. Its state is part of every checkpoint.
 */
export interface StepFeedback {
  /**
   * Further inputs for a micro-batch.
   *
   * @param inputs of the micro-batch. @param weights as they are before the step.
   */
  inputs(inputs: HostTensors, weights: Weights): Promise<HostTensors>;
  /** Learns from a step that is done: the outputs are those of its last micro-batch. */
  observe(outputs: HostTensors): void;
  /** A copy of the state, bit for bit. */
  snapshot(): HostTensors;
  restore(state: HostTensors): void;
  dispose(): Promise<void>;
}
