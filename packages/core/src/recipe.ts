import { readFile } from 'node:fs/promises';
import { dirname, extname, resolve } from 'node:path';
import { DistillerError } from './errors.js';
import { importDefault } from './import-default.js';
import { ioError } from './io-error.js';
import { parseYaml } from './parse-yaml.js';

const DATA = ['.yaml', '.yml', '.json'];
const CODE = ['.ts', '.mts', '.cts', '.js', '.mjs', '.cjs'];

/** A recipe as it was written: not checked, no defaults. */
export interface RawRecipe {
  readonly recipe: unknown;
  /** Absolute; relative paths in the recipe count from here. */
  readonly folder: string;
}

/**
 * Reads a recipe. YAML and JSON are pure data; a `.ts` or `.js` file, such as `distiller.config.ts`, is run and
 * gives its default export.
 *
 * @throws DistillerError `config` when the file is missing, of another kind, not valid or empty, with line and
 *   column where there are any; `io` when it can't be read.
 */
export async function readRecipe(path: string): Promise<RawRecipe> {
  const file = resolve(path);
  const extension = extname(file).toLowerCase();
  if (!DATA.includes(extension) && !CODE.includes(extension)) {
    throw new DistillerError(
      'config',
      `${file} has an extension that no recipe has. Expected ${[...DATA, ...CODE].join(', ')}.`,
    );
  }
  const text = await readText(file);
  const recipe = DATA.includes(extension) ? parseYaml(text, file) : await run(file);
  if (recipe === undefined || recipe === null) {
    throw new DistillerError('config', `The recipe ${file} is empty.`);
  }
  return { recipe, folder: dirname(file) };
}

/**
 * Sets single values of a recipe: `training.epochs=3`, `objectives.0.weight=2`. The value is YAML, so numbers,
 * lists and mappings work and nothing after `=` means null. Missing mappings are made; the index behind a list's
 * last element appends.
 *
 * @returns a changed copy; the recipe is left as it is.
 * @throws DistillerError `config` naming the override when it has no path or value, or the path leads through
 *   a value or outside a list.
 */
export function applyOverrides(recipe: unknown, overrides: readonly string[]): unknown {
  return overrides.reduce(applyOverride, recipe);
}

/** Checks nothing and changes nothing: gives editors a place to hang the type of a recipe on. */
export function defineConfig<Recipe extends object>(recipe: Recipe): Recipe {
  return recipe;
}

async function readText(file: string): Promise<string> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(file);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw ioError('read', file, cause);
    throw new DistillerError('config', `There is no recipe ${file}. Check the path.`, { cause });
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new DistillerError('config', `${file} is not UTF-8 text. Save it as UTF-8.`, { cause });
  }
}

async function run(file: string): Promise<unknown> {
  let recipe: unknown;
  try {
    recipe = await importDefault(file);
  } catch (cause) {
    throw new DistillerError('config', `${file} failed to run: ${(cause as Error).message}`, {
      cause,
    });
  }
  if (recipe !== undefined) return recipe;
  throw new DistillerError(
    'config',
    `${file} has no default export. Expected \`export default defineConfig({ … })\`.`,
  );
}

function applyOverride(recipe: unknown, override: string): unknown {
  const equals = override.indexOf('=');
  const path = override.slice(0, equals).split('.');
  if (equals < 1 || path.includes('')) {
    throw new DistillerError(
      'config',
      `The override "${override}" is not of the form path=value, e.g. training.epochs=3.`,
    );
  }
  const where = `The override "${override}"`;
  return withValueAt(recipe, path, 0, parseYaml(override.slice(equals + 1), where), where);
}

/** A copy of `node` with another value at `path[depth…]`; what is not on the path is shared. */
function withValueAt(
  node: unknown,
  path: readonly string[],
  depth: number,
  value: unknown,
  where: string,
): unknown {
  const key = path[depth];
  if (key === undefined) return value;
  const here = path.slice(0, depth).join('.') || 'the recipe';

  if (Array.isArray(node)) {
    const index = Number(key);
    if (!/^\d+$/.test(key) || index > node.length) {
      throw new DistillerError(
        'config',
        `${where}: ${here} is a list of ${node.length}, so "${key}" must be an index from 0 to ${node.length}.`,
      );
    }
    const copy: unknown[] = [...node];
    copy[index] = withValueAt(node[index], path, depth + 1, value, where);
    return copy;
  }
  if (typeof node !== 'object' && node !== undefined) {
    throw new DistillerError(
      'config',
      `${where}: ${here} is ${JSON.stringify(node)}, so nothing can be set inside it.`,
    );
  }
  const mapping = (node ?? {}) as Readonly<Record<string, unknown>>;
  const child = Object.hasOwn(mapping, key) ? mapping[key] : undefined;
  return { ...mapping, [key]: withValueAt(child, path, depth + 1, value, where) };
}
