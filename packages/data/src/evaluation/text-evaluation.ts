import {
  DistillerError,
  type Batch,
  type Example,
  type HostTensor,
  type Label,
} from '@distiller/core';

/** Adds up the logits of texts, a row each, with their labels. */
export class TextLogits {
  readonly #logits: number[] = [];
  readonly #labels: Label[] = [];

  constructor(
    private readonly task: string,
    private readonly outputs: number,
  ) {}

  add({ examples }: Pick<Batch, 'examples'>, { data }: HostTensor): void {
    examples.forEach((example, row) => {
      this.#labels.push(labelOf(example, this.task));
      for (let c = 0; c < this.outputs; c++)
        this.#logits.push(data[row * this.outputs + c] as number);
    });
  }

  get logits(): Float32Array {
    return Float32Array.from(this.#logits);
  }

  get labels(): readonly Label[] {
    return this.#labels;
  }
}

/** @throws DistillerError `input` when there is none. */
export function labelOf({ id, label }: Example, task: string): Label {
  if (label !== undefined) return label;
  throw new DistillerError(
    'input',
    `Example ${id} of ${task} has no label, so nothing can be scored on its split.`,
  );
}
