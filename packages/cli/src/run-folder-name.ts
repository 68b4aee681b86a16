import { basename, extname, join } from 'node:path';

/** Where a run goes unless told otherwise: `runs/<name of the recipe>`, or the file's name when it has none. */
export function defaultRunFolder(recipe: unknown, path: string): string {
  const { name } = Object(recipe) as { name?: unknown };
  const title = typeof name === 'string' && name ? name : basename(path, extname(path));
  // A name is a title, not a path: it must not lead out of the folder.
  const safe = title.replace(/[^\p{L}\p{N}._-]+/gu, '-').replace(/^\.+/, '');
  return join('runs', safe || 'run');
}
