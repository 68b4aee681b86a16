import * as tf from '@tensorflow/tfjs';

const COMPARISONS: Readonly<Record<string, readonly string[]>> = {
  Equal: ['a', 'b'],
  NotEqual: ['a', 'b'],
  Greater: ['a', 'b'],
  Less: ['a', 'b'],
  LessEqual: ['a', 'b'],
  LogicalAnd: ['a', 'b'],
  LogicalOr: ['a', 'b'],
  LogicalNot: ['x'],
};

/**
 * Gives comparisons the gradient zero. tfjs does so for `greaterEqual` alone; the others, met on the way from
 * a parameter to the loss (the condition of a `where`, a margin's test), would stop the backward pass.
 * Doing it again changes nothing.
 */
export function registerComparisonGradients(): void {
  for (const [kernelName, operands] of Object.entries(COMPARISONS)) {
    if (tf.getGradient(kernelName)) continue;
    tf.registerGradient({
      kernelName,
      inputsToSave: [...operands],
      gradFunc: (_, saved) =>
        Object.fromEntries(
          operands.map((name, i) => [name, () => tf.zeros((saved[i] as tf.Tensor).shape)]),
        ),
    });
  }
}
