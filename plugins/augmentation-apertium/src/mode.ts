import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DistillerError } from '@distiller/core';

const EXTENSION = '.mode';

/**
 * The shell command of a translation direction, from Apertium's `modes` folder, with every program of its pipe told to
 * answer each zero byte at once (`-z`). `$1` is the generator's option, `$2` the tagger's.
 *
 * @throws DistillerError `missing-package` when Apertium or the direction is not installed, saying what is.
 */
export async function readMode(dataFolder: string, from: string, to: string): Promise<string> {
  const name = `${from}-${to}`;
  const folder = join(dataFolder, 'modes');
  const files = await readdir(folder).catch(() => undefined);
  const known = files?.filter((file) => file.endsWith(EXTENSION)).sort();
  if (!known?.includes(`${name}${EXTENSION}`)) {
    const installed = known?.map((file) => file.slice(0, -EXTENSION.length)).join(', ');
    throw new DistillerError(
      'missing-package',
      `translator apertium: ${folder} has no direction "${name}"; ` +
        (installed ? `installed: ${installed}. ` : 'nothing is installed there. ') +
        'On Debian, `apt-get install apertium apertium-eng-spa` brings eng-spa and spa-eng.',
    );
  }
  return withNullFlush(await readFile(join(folder, `${name}${EXTENSION}`), 'utf8'));
}

/** `lt-proc a | lrx-proc -m b` to `lt-proc -z a | lrx-proc -z -m b`; a bar between quotes is no pipe. */
export function withNullFlush(command: string): string {
  const parts = command.trim().match(/'[^']*'|[^'|]+|\|/g) ?? [];
  let isFirst = true;
  return parts
    .map((part) => {
      if (part === '|') {
        isFirst = true;
        return part;
      }
      if (!isFirst || part.trim() === '') return part;
      isFirst = false;
      return part.replace(/^(\s*\S+)/, '$1 -z');
    })
    .join('');
}
