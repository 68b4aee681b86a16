import { defineComponent, DistillerError, validateRecipe, type Translator } from '@distiller/core';
import { z } from 'zod';
import { readMode } from './mode.js';
import { Pipeline } from './pipeline.js';
import { fromStream, toStream } from './stream-format.js';

const settings = z.strictObject({
  processes: z
    .int()
    .positive()
    .max(64)
    .default(1)
    .describe('Pipes of programs for each direction; one keeps about two cores busy.'),
  dataFolder: z
    .string()
    .min(1)
    .default('/usr/share/apertium')
    .describe('Folder of Apertium that has `modes` in it.'),
});

export type ApertiumOptions = z.input<typeof settings>;

/**
 * Rule-based translation by Apertium, as installed on this machine: long-lived programs, started when a direction is first
 * asked for.
 *
 * @throws DistillerError `config` listing every problem of the options; translating throws `missing-package` when the
 *   direction is not installed.
 * @see Forcada et al., "Apertium: a free/open-source platform for rule-based machine translation", 2011
 */
export function apertium(options: ApertiumOptions = {}): Translator {
  const { processes, dataFolder } = validateRecipe(settings, options, 'translator apertium');
  const pools = new Map<string, Pipeline[]>();

  const poolOf = async (from: string, to: string): Promise<readonly Pipeline[]> => {
    const name = `${from}-${to}`;
    const open = pools.get(name);
    if (open && !open.some(({ isBroken }) => isBroken)) return open;
    const command = await readMode(dataFolder, from, to);
    await stop(name, 'kill');
    const pool = Array.from({ length: processes }, () => new Pipeline(command, name));
    pools.set(name, pool);
    return pool;
  };
  const stop = async (name: string, how: 'close' | 'kill') => {
    const pool = pools.get(name) ?? [];
    pools.delete(name);
    await Promise.all(pool.map((pipeline) => pipeline[how]()));
  };

  return {
    async translate(texts, from, to, signal) {
      if (signal?.aborted) throw stopped();
      if (texts.length === 0) return [];
      const pool = await poolOf(from, to);
      const answers = Promise.all(
        texts.map(async (text, i) =>
          fromStream(await (pool[i % pool.length] as Pipeline).ask(toStream(text))),
        ),
      );
      if (!signal) return answers;
      try {
        return await Promise.race([answers, abortOf(signal)]);
      } catch (error) {
        if (!signal.aborted) throw error;
        answers.catch(() => undefined);
        await stop(`${from}-${to}`, 'kill'); // what was asked is not wanted any more
        throw stopped();
      }
    },
    async dispose() {
      await Promise.all([...pools.keys()].map((name) => stop(name, 'close')));
    },
  };
}

function stopped(): DistillerError {
  return new DistillerError('cancelled', 'translator apertium: stopped while translating texts.');
}

/** Fails when the signal is given; waits for ever otherwise. */
function abortOf(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(stopped()), { once: true });
  });
}

export const apertiumComponent = defineComponent({
  kind: 'translator',
  name: 'apertium',
  summary: 'Rule-based translation by Apertium, as installed on this machine.',
  source: 'Forcada et al. 2011, https://www.apertium.org',
  settings,
  needs: {},
  create: (options) => apertium(options),
});
