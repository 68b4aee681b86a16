import { z } from 'zod';
import { loadPlugins, Registry, type AnyComponent, type Plugin } from '@distiller/core';
import { builtInPlugins } from './built-in-plugins.js';

export interface PluginHealth {
  /** As it was named. */
  readonly plugin: string;
  readonly components: number;
  /** What is wrong, in sentences; empty when nothing is. */
  readonly problems: readonly string[];
}

/** Loads each plugin by itself beside the built-in ones and says what is wrong with it. Built-in ones are checked too. */
export async function pluginHealth(
  names: readonly string[],
  folder: string,
): Promise<PluginHealth[]> {
  const registry = new Registry();
  const health = builtInPlugins.map((plugin) => check(plugin.name, plugin, registry));
  for (const name of names) {
    try {
      const [loaded] = await loadPlugins([name], folder);
      if (loaded) health.push(check(name, loaded.plugin, registry));
    } catch (error) {
      health.push({ plugin: name, components: 0, problems: [(error as Error).message] });
    }
  }
  return health;
}

function check(name: string, plugin: Plugin, registry: Registry): PluginHealth {
  const problems = plugin.components.flatMap(problemsOf);
  try {
    registry.use(plugin);
  } catch (error) {
    problems.push((error as Error).message);
  }
  return { plugin: name, components: plugin.components.length, problems };
}

/** What neither the loader nor the registry looks at. */
function problemsOf({ kind, name, settings }: AnyComponent): string[] {
  try {
    z.toJSONSchema(settings, { io: 'input' });
    return [];
  } catch (error) {
    return [
      `${kind} "${name}": its settings have no JSON schema: ${(error as Error).message}. Use types that JSON has.`,
    ];
  }
}

/** One line a plugin, and one for each problem. */
export function pluginHealthText(health: readonly PluginHealth[]): string {
  const lines = health.flatMap(({ plugin, components, problems }) =>
    problems.length === 0
      ? [`ok       ${plugin} (${components} components)`]
      : [`problem  ${plugin}`, ...problems.map((problem) => `         ${problem}`)],
  );
  return `${lines.join('\n')}\n`;
}
