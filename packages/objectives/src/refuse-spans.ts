import type { Task } from '@distiller/core';

/** For objectives that treat all classes alike: of a span's positions some are padding, and how many must not matter. */
export function refuseSpans({ kind }: Pick<Task, 'kind'>): string | undefined {
  return kind === 'span'
    ? 'the positions of a span are compared as a distribution; use soft-cross-entropy'
    : undefined;
}
