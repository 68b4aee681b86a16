import { pathToFileURL } from 'node:url';
import { createJiti } from 'jiti';

const TYPESCRIPT = /\.[cm]?ts$/;

/**
 * Runs a module and returns its default export, undefined when it has none. TypeScript is stripped of its
 * types on the fly. Throws whatever the module throws.
 *
 * @param path absolute.
 */
export async function importDefault(path: string): Promise<unknown> {
  const module: { default?: unknown } = TYPESCRIPT.test(path)
    ? await createJiti(import.meta.url, { fsCache: false, interopDefault: false }).import(path)
    : await import(pathToFileURL(path).href);
  return module.default;
}
