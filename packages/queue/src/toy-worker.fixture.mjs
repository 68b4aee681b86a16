// A worker of toy trials: node toy-worker.fixture.mjs URL LOG. Each begins and ends with a line in the log.
import { appendFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { serveQueue } from '../dist/index.js';

const [url, log] = process.argv.slice(2);
const say = (word, number) => appendFileSync(log, `${word} ${number} ${process.pid}\n`);
const controller = new AbortController();
process.on('SIGTERM', () => controller.abort());

const runner = {
  slots: 1,
  async run({ number, pruning }, hear, signal) {
    say('begin', number);
    hear({ budget: 1, value: number });
    await setTimeout(400, undefined, { signal }).catch(() => {
      throw Object.assign(new Error('Stopped.'), { name: 'DistillerError', code: 'cancelled' });
    });
    if (signal.aborted) return undefined;
    say('end', number);
    const value = ((number * 7) % 40) + pruning.peers.length / 100;
    return {
      state: 'complete',
      reports: [{ budget: 1, value: number }],
      values: [value],
      runs: [],
    };
  },
};

await serveQueue({
  url,
  runner,
  stalledMs: 2000,
  reporter: { info: () => undefined, warn: () => undefined, progress: () => undefined },
  signal: controller.signal,
});
process.exit(0);
