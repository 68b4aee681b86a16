import type { Task } from '@distiller/core';

/** For objectives on one distribution over the classes: in a multi-label task the classes share nothing. */
export function refuseMultiLabel({ kind }: Pick<Task, 'kind'>): string | undefined {
  return kind === 'multi-label'
    ? 'each class of a multi-label task is a yes or no of its own, not a share of one distribution; use sigmoid-kd'
    : undefined;
}
