import { access, readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { DistillerError } from '@distiller/core';

/** Where runs keep the model that they made. */
const PLACES_IN_A_RUN = ['student', 'model'];

/**
 * The Hugging Face folder that is meant: the folder itself, or the model inside a run folder.
 *
 * @param task which student of a run with several tasks.
 * @throws DistillerError `input` listing the students of a run with several tasks when `task` is none of them.
 */
export async function modelFolder(folder: string, task?: string): Promise<string> {
  const candidates = [folder, ...PLACES_IN_A_RUN.map((place) => join(folder, place))];
  for (const candidate of candidates) if (await isModel(candidate)) return candidate;
  const students = await modelsIn(join(folder, 'student'));
  if (students.length === 0) return folder;
  const named = students.find((student) => basename(student) === task);
  if (named !== undefined) return named;
  throw new DistillerError(
    'input',
    `${folder} is a run with several tasks, each with a student of its own. Name one: ${students.join(', ')}.`,
  );
}

function isModel(folder: string): Promise<boolean> {
  return access(join(folder, 'config.json')).then(
    () => true,
    () => false,
  );
}

async function modelsIn(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  const models: string[] = [];
  for (const name of names.sort())
    if (await isModel(join(folder, name))) models.push(join(folder, name));
  return models;
}
