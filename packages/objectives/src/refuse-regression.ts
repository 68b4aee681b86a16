import type { Task } from '@distiller/core';

/** A distribution over one class is constant: its cross-entropy has no gradient, so nothing would be learned. */
export function refuseRegression({
  kind,
  outputs,
}: Pick<Task, 'kind' | 'outputs'>): string | undefined {
  return kind === 'regression' || outputs < 2
    ? 'a distribution over one output is constant, so nothing would be learned; use logit-mse'
    : undefined;
}
