import { z } from 'zod';
import type { Registry } from '@distiller/core';
import { settingRows, type JsonSchema } from './setting-rows.js';
import { assertKind, type StageSummary } from './stage-list.js';
import { table } from './table.js';

export interface StagePage extends StageSummary {
  readonly source?: string;
  /** Names of the services that it gets. */
  readonly needs: readonly string[];
  /** JSON schema of its settings, as a recipe writes them. */
  readonly settings: JsonSchema;
}

/**
 * Everything about one component.
 * @throws DistillerError `unknown-component`.
 */
export function stagePage(registry: Registry, kind: string, name: string): StagePage {
  assertKind(registry, kind);
  const definition = registry.definition(kind, name);
  return {
    kind,
    name,
    summary: definition.summary,
    plugin: registry.owner(kind, name),
    ...(definition.source !== undefined && { source: definition.source }),
    needs: Object.values(definition.needs as Record<string, { name: string }>).map(
      (need) => need.name,
    ),
    settings: z.toJSONSchema(definition.settings, { io: 'input' }) as JsonSchema,
  };
}

/** The same for people. */
export function stagePageText(page: StagePage): string {
  const rows = settingRows(page.settings);
  const settings = table(
    [
      { title: 'setting' },
      { title: 'value', width: 40 },
      { title: 'default' },
      { title: 'meaning', width: 60 },
    ],
    rows.map(({ path, value, fallback, meaning }) => [path, value, fallback, meaning]),
  );
  return [
    `${page.kind} ${page.name} (${page.plugin})`,
    '',
    page.summary,
    ...(page.source ? [`Source: ${page.source}`] : []),
    ...(page.needs.length > 0 ? [`Gets: ${page.needs.join(', ')}`] : []),
    '',
    rows.length > 0 ? settings : 'It has no settings.\n',
  ].join('\n');
}
