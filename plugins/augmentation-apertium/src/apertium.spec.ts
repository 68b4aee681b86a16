import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Registry, type Augmenter, type Translator } from '@distiller/core';
import { augmenterChecks, translatorChecks } from '@distiller/testing';
import { apertium } from './apertium.js';
import plugin from './index.js';

const MODES = '/usr/share/apertium/modes';
const missing = ['eng-spa', 'spa-eng'].find((name) => !existsSync(join(MODES, `${name}.mode`)));

let folder = '';
/** A stand-in for the programs: `cat` that turns a into b and dies of the text "die". */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'distiller-apertium-'));
  await mkdir(join(folder, 'modes'));
  const script = `
    process.stdin.setEncoding('utf8');
    process.stdin.on('data', (text) => {
      if (text.includes('die')) { console.error('no such word'); process.exit(3); }
      if (text.includes('sleep')) return;
      process.stdout.write(text.replaceAll('a', 'b'));
    });`;
  const program = join(folder, 'program.mjs');
  await writeFile(program, `#!${process.execPath}\n${script}`);
  await chmod(program, 0o755);
  await writeFile(join(folder, 'modes', 'xx-yy.mode'), `'${process.execPath}' ${program}`);
  await writeFile(join(folder, 'modes', 'ww-ww.mode'), `${program} | ${program}`);
});
afterAll(() => rm(folder, { recursive: true }));

async function using(translator: Translator, body: (translator: Translator) => Promise<void>) {
  try {
    await body(translator);
  } finally {
    await translator.dispose?.();
  }
}

describe('apertium', () => {
  const open = (processes = 1) => apertium({ dataFolder: folder, processes });

  it('is taken by the registry', () => {
    expect(new Registry().use(plugin).slot('translator').parse({ use: 'apertium' })).toEqual({
      use: 'apertium',
      processes: 1,
      dataFolder: '/usr/share/apertium',
    });
  });

  it.each(translatorChecks.map((check) => [check.name, check] as const))('%s', (_, check) =>
    check.run({ translator: () => open(), from: 'ww', to: 'ww' }),
  );

  it('sends texts through one pipe or several and keeps their order', async () => {
    const texts = Array.from({ length: 50 }, (_, i) => `a [${i}] na\nna.`);
    const expected = texts.map((_, i) => `b [${i}] nb nb.`);
    for (const processes of [1, 3]) {
      await using(open(processes), async (translator) => {
        expect(await translator.translate(texts, 'ww', 'ww')).toEqual(expected);
        expect(await translator.translate([], 'ww', 'ww')).toEqual([]);
      });
    }
  });

  it('says which directions there are', async () => {
    await expect(open().translate(['a'], 'xx', 'zz')).rejects.toThrow(
      /has no direction "xx-zz"; installed: ww-ww, xx-yy\. On Debian/,
    );
    const none = apertium({ dataFolder: join(folder, 'none') });
    await expect(none.translate(['a'], 'xx', 'yy')).rejects.toMatchObject({
      code: 'missing-package',
    });
  });

  it('reports programs that die, and starts new ones', async () => {
    await using(open(), async (translator) => {
      await expect(translator.translate(['a', 'die'], 'ww', 'ww')).rejects.toThrow(
        /the programs of ww-ww have stopped.*no such word/s,
      );
      expect(await translator.translate(['a'], 'ww', 'ww')).toEqual(['b']);
    });
  });

  it('stops when told to, in the middle of a text, and works on', async () => {
    await using(open(), async (translator) => {
      const stop = new AbortController();
      const translating = translator.translate(['sleep'], 'ww', 'ww', stop.signal);
      setTimeout(() => stop.abort(), 50);
      await expect(translating).rejects.toMatchObject({ code: 'cancelled' });
      expect(await translator.translate(['a'], 'ww', 'ww')).toEqual(['b']);
    });
  });
});

const name = 'back-translation over apertium';
if (missing !== undefined) {
  const reason = `skipped: apertium's direction ${missing} is not installed (apt-get install apertium apertium-eng-spa)`;
  console.warn(`${name} ${reason}`);
  it.skip(`${name} (${reason})`, () => undefined);
} else {
  describe(name, () => {
    /** What an augmenter of the recipe would do: there and back. */
    const augmenter = (): Augmenter => {
      const translator = apertium({ processes: 2 });
      return {
        async augment(texts, _, signal) {
          const there = await translator.translate(texts, 'eng', 'spa', signal);
          const back = await translator.translate(there, 'spa', 'eng', signal);
          return back.map((text, i) => text || (texts[i] as string));
        },
        dispose: async () => translator.dispose?.(),
      };
    };

    it.each(augmenterChecks.map((check) => [check.name, check] as const))('%s', (_, check) =>
      check.run({ augmenter, isRandom: false }),
    );

    it('goes from English to Spanish and back', async () => {
      await using(apertium(), async (translator) => {
        const there = await translator.translate(['The house is big.', 'Good'], 'eng', 'spa');
        expect(there[0]).toBe('La casa es grande.');
        const back = await translator.translate(there, 'spa', 'eng');
        expect(back[0]).toBe('The house is big.');
      });
    });
  });
}
