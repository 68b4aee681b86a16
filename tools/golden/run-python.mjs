import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Runs a script of this folder and returns the JSON that it printed last. */
export function runPython(python, script, args) {
  const path = fileURLToPath(new URL(script, import.meta.url));
  const { status, stdout, error } = spawnSync(python, [path, ...args], {
    encoding: 'utf8',
    maxBuffer: 1 << 26,
    stdio: ['ignore', 'pipe', 'inherit'],
    // Nothing here comes from a hub, and asking it costs a minute where there is no network.
    env: { ...process.env, HF_HUB_OFFLINE: '1', TOKENIZERS_PARALLELISM: 'false' },
  });
  if (error) throw error;
  if (status !== 0)
    throw new Error(`${python} ${script} ${args.join(' ')} failed with exit code ${status}`);
  return JSON.parse(stdout.trimEnd().split('\n').at(-1));
}
