import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Files that hold times; `done.json` and `result.json` are compared without them. */
const IGNORED = [/(^|\/)timing\.json$/];
const TIMES = ['trainSeconds', 'examples', 'examplesPerSecond', 'latencyMs'];

/** How the files of a run differ from those of another, in words; empty when they are the same bytes. */
export function differences(expected, found) {
  const [want, have] = [filesOf(expected), filesOf(found)];
  return [
    ...want.filter((name) => !have.includes(name)).map((name) => `${name} is missing`),
    ...have.filter((name) => !want.includes(name)).map((name) => `${name} is left over`),
    ...want
      .filter((name) => have.includes(name))
      .filter((name) => !bytesOf(expected, name).equals(bytesOf(found, name)))
      .map((name) => `${name} differs`),
  ];
}

function filesOf(folder) {
  return readdirSync(folder, { recursive: true })
    .filter((name) => !statSync(join(folder, name)).isDirectory())
    .filter((name) => !IGNORED.some((pattern) => pattern.test(name)))
    .sort();
}

function bytesOf(folder, name) {
  const bytes = readFileSync(join(folder, name));
  if (!/(^|\/)(done|result)\.json$/.test(name)) return bytes;
  const withoutTimes = (key, value) => (TIMES.includes(key) ? undefined : value);
  return Buffer.from(JSON.stringify(JSON.parse(bytes.toString('utf8'), withoutTimes)));
}
