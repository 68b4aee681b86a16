import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { DistillerError } from './errors.js';
import { ioError } from './io-error.js';

/**
 * The content of the `config.json` in a Hugging Face folder.
 *
 * @throws DistillerError `input` when there is no model in the folder or the file is no JSON object; `io`.
 */
export async function readModelConfig(folder: string): Promise<Readonly<Record<string, unknown>>> {
  const path = join(folder, 'config.json');
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    throw (await noModel(folder, cause)) ?? ioError('read', path, cause);
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    const { message } = cause as Error;
    throw new DistillerError('input', `${path} is not JSON: ${message}. Fetch or save it again.`, {
      cause,
    });
  }
  if (typeof json === 'object' && json !== null && !Array.isArray(json))
    return json as Record<string, unknown>;
  throw new DistillerError('input', `${path}: expected an object.`);
}

/** What to say of a folder without a `config.json`, or undefined when the trouble is another. */
async function noModel(folder: string, cause: unknown): Promise<DistillerError | undefined> {
  const { code } = cause as NodeJS.ErrnoException;
  if (code !== 'ENOENT' && code !== 'ENOTDIR') return undefined;
  const what = await stat(folder).then(
    (stats) => (stats.isDirectory() ? 'it has no config.json' : 'it is a file'),
    () => 'it does not exist',
  );
  return new DistillerError(
    'input',
    `There is no model in ${folder}: ${what}. Expected a Hugging Face folder with config.json, model.safetensors and tokenizer.json.`,
    { cause },
  );
}
