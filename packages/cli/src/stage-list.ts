import { DistillerError, type Kind, type Registry } from '@distiller/core';
import { table } from './table.js';

export interface StageSummary {
  readonly kind: string;
  readonly name: string;
  readonly summary: string;
  readonly plugin: string;
}

/**
 * The components of a kind, or all.
 * @throws DistillerError `unknown-component` for a kind that no component has.
 */
export function stageList(registry: Registry, kind?: string): StageSummary[] {
  if (kind !== undefined) assertKind(registry, kind);
  return registry
    .list()
    .filter((definition) => kind === undefined || definition.kind === kind)
    .map(({ kind, name, summary }) => ({
      kind,
      name,
      summary,
      plugin: registry.owner(kind, name),
    }));
}

/** @throws DistillerError `unknown-component` listing the kinds. */
export function assertKind(registry: Registry, kind: string): asserts kind is Kind {
  const kinds = [...new Set(registry.list().map((definition) => definition.kind as string))];
  if (kinds.includes(kind)) return;
  throw new DistillerError(
    'unknown-component',
    `There is no kind of component called "${kind}". Known: ${kinds.join(', ')}.`,
  );
}

/** The same as an aligned table. */
export function stageListText(list: readonly StageSummary[]): string {
  return table(
    [{ title: 'kind' }, { title: 'name' }, { title: 'what it is', width: 64 }, { title: 'plugin' }],
    list.map(({ kind, name, summary, plugin }) => [kind, name, summary, plugin]),
  );
}
