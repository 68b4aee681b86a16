import { access } from 'node:fs/promises';
import { join } from 'node:path';

/** Where runs keep the model that they made. */
const PLACES_IN_A_RUN = ['student', 'model'];

/** The Hugging Face folder that is meant: the folder itself, or the model inside a run folder. */
export async function modelFolder(folder: string): Promise<string> {
  const candidates = [folder, ...PLACES_IN_A_RUN.map((place) => join(folder, place))];
  for (const candidate of candidates) {
    const isModel = await access(join(candidate, 'config.json')).then(
      () => true,
      () => false,
    );
    if (isModel) return candidate;
  }
  return folder;
}
