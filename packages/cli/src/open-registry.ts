import { loadPlugins, Registry } from '@distiller/core';
import { builtInPlugins } from './built-in-plugins.js';

/**
 * A registry of the built-in components and those of the named plugins.
 *
 * @param plugins npm package names, or paths that count from `folder`.
 */
export async function openRegistry(plugins: readonly string[], folder: string): Promise<Registry> {
  const registry = new Registry();
  for (const plugin of builtInPlugins) registry.use(plugin);
  for (const { plugin, path } of await loadPlugins(plugins, folder)) registry.use(plugin, path);
  return registry;
}
