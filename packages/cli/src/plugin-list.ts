import { loadPlugins, type Plugin } from '@distiller/core';
import { builtInPlugins } from './built-in-plugins.js';
import { table } from './table.js';
import { VERSION } from './version.js';

export interface PluginSummary {
  readonly name: string;
  readonly version?: string;
  /** `built in`, or the module that was run. */
  readonly from: string;
  /** `kind name`, in the plugin's order. */
  readonly components: readonly string[];
}

/**
 * The built-in plugins and the named ones.
 * @throws DistillerError like `loadPlugins`.
 */
export async function pluginList(
  names: readonly string[],
  folder: string,
): Promise<PluginSummary[]> {
  const loaded = await loadPlugins(names, folder);
  return [
    ...builtInPlugins.map((plugin) => summary(plugin, 'built in', VERSION)),
    ...loaded.map(({ plugin, path, version }) => summary(plugin, path, version)),
  ];
}

function summary(plugin: Plugin, from: string, version: string | undefined): PluginSummary {
  return {
    name: plugin.name,
    ...(version !== undefined && { version }),
    from,
    components: plugin.components.map(({ kind, name }) => `${kind} ${name}`),
  };
}

/** The same as an aligned table. */
export function pluginListText(list: readonly PluginSummary[]): string {
  return table(
    [
      { title: 'plugin' },
      { title: 'version' },
      { title: 'from' },
      { title: 'components', width: 60 },
    ],
    list.map(({ name, version, from, components }) => [
      name,
      version ?? '–',
      from,
      components.join(', '),
    ]),
  );
}
