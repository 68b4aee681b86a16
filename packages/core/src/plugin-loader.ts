import { readFile, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { isAbsolute, join, resolve } from 'node:path';
import { z } from 'zod';
import type { Plugin } from './component.js';
import { DistillerError } from './errors.js';
import { importDefault } from './import-default.js';
import { assertApiVersion, assertPlugin } from './plugin-contract.js';
import { validateRecipe } from './validate-recipe.js';

/** A plugin and where it came from. */
export interface LoadedPlugin {
  readonly plugin: Plugin;
  /** As the recipe names it. */
  readonly specifier: string;
  /** The module that was run, absolute. */
  readonly path: string;
  /** Version of its package; absent for a plain module. */
  readonly version?: string;
}

/** What the loader reads of a plugin's package.json. */
const manifestSchema = z.object({
  version: z.string().optional(),
  distiller: z.object({ apiVersion: z.string(), plugin: z.string().min(1) }),
});

const PACKAGE_NAME = /^(@[a-z0-9~-][a-z0-9._~-]*\/)?[a-z0-9~-][a-z0-9._~-]*$/;
const FIELD = '"distiller": { "apiVersion": "1", "plugin": "./dist/index.js" }';

/**
 * Loads the plugins that a recipe lists, in its order. A name is an npm package installed for the recipe's folder
 * or a path from there to a package or to a single module. A package says by its package.json where its plugin is:
 * `"distiller": { "apiVersion": "1", "plugin": "./dist/index.js" }`. Nothing is scanned for and nothing is installed. A
 * plugin is code that runs with your rights.
 *
 * @param folder absolute.
 * @throws DistillerError `missing-package` when one is not there; `plugin` when one does not declare itself, is for
 *   another API version, can't be run or exports no plugin. Several errors are reported together.
 */
export async function loadPlugins(
  names: readonly string[],
  folder: string,
): Promise<LoadedPlugin[]> {
  const outcomes = await Promise.allSettled(names.map((name) => loadPlugin(name, folder)));
  const errors = outcomes.flatMap((outcome) =>
    outcome.status === 'rejected' ? [outcome.reason as Error] : [],
  );
  if (errors.length === 1) throw errors[0];
  if (errors.length > 1) {
    const messages = errors.map(({ message }) => message).join('\n');
    throw new DistillerError('plugin', messages, { cause: new AggregateError(errors) });
  }
  return outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
}

async function loadPlugin(specifier: string, folder: string): Promise<LoadedPlugin> {
  const where = `Plugin "${specifier}"`;
  const place = await locate(specifier, folder);
  if (place.kind === 'module') {
    return { plugin: await run(place.path, where), specifier, path: place.path };
  }
  const { path, version } = await entryOf(place.path, where);
  const plugin = await run(path, where);
  return { plugin, specifier, path, ...(version !== undefined && { version }) };
}

/** Finds the module, or the package's folder. */
async function locate(
  specifier: string,
  folder: string,
): Promise<{ kind: 'module' | 'package'; path: string }> {
  if (specifier.startsWith('.') || isAbsolute(specifier)) {
    const path = resolve(folder, specifier);
    const kind = await kindOf(path);
    if (kind !== undefined) return { kind: kind === 'file' ? 'module' : 'package', path };
    throw new DistillerError(
      'missing-package',
      `Plugin "${specifier}": ${path} does not exist. Check the path; it counts from the recipe's folder.`,
    );
  }
  if (!PACKAGE_NAME.test(specifier)) {
    throw new DistillerError(
      'plugin',
      `Plugin "${specifier}" is neither the name of an npm package nor a path. Paths start with "./".`,
    );
  }
  // Not require.resolve: a package need not export its package.json.
  const roots = createRequire(join(folder, 'recipe')).resolve.paths(specifier) ?? [];
  for (const root of roots) {
    const path = join(root, specifier);
    if ((await kindOf(join(path, 'package.json'))) === 'file') return { kind: 'package', path };
  }
  throw new DistillerError(
    'missing-package',
    `Plugin "${specifier}" is not installed for ${folder}. Run \`npm install ${specifier}\` there.`,
  );
}

/** Reads a package's declaration, without running anything of it. */
async function entryOf(
  folder: string,
  where: string,
): Promise<{ path: string; version: string | undefined }> {
  const file = join(folder, 'package.json');
  let manifest: { distiller?: { apiVersion?: unknown } } | null;
  try {
    manifest = JSON.parse(await readFile(file, 'utf8'));
  } catch (cause) {
    throw new DistillerError(
      'plugin',
      `${where}: can't read ${file}: ${(cause as Error).message}`,
      {
        cause,
      },
    );
  }
  if (manifest?.distiller === undefined) {
    throw new DistillerError(
      'plugin',
      `${where} is no Distiller plugin: ${file} lacks the field ${FIELD}.`,
    );
  }
  if (manifest.distiller.apiVersion !== undefined) {
    assertApiVersion(manifest.distiller.apiVersion, where);
  }
  const { distiller, version } = validateRecipe(manifestSchema, manifest, file, 'plugin');
  const path = resolve(folder, distiller.plugin);
  if ((await kindOf(path)) !== 'file') {
    throw new DistillerError(
      'plugin',
      `${where}: ${file} names ${distiller.plugin}, which does not exist. Build the plugin, or install it again.`,
    );
  }
  return { path, version };
}

async function run(path: string, where: string): Promise<Plugin> {
  let plugin: unknown;
  try {
    plugin = await importDefault(path);
  } catch (cause) {
    throw new DistillerError(
      'plugin',
      `${where} could not be loaded from ${path}: ${(cause as Error).message}`,
      { cause },
    );
  }
  if (plugin === undefined) {
    throw new DistillerError(
      'plugin',
      `${where}: ${path} has no default export. Expected \`export default definePlugin({ … })\`.`,
    );
  }
  assertPlugin(plugin, where);
  return plugin;
}

async function kindOf(path: string): Promise<'file' | 'folder' | undefined> {
  try {
    return (await stat(path)).isDirectory() ? 'folder' : 'file';
  } catch {
    return undefined;
  }
}
