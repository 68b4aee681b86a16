import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { defineComponent, definePlugin } from './component.js';
import type { TextModel } from './contracts/model.js';
import { openModel } from './open-model.js';
import { Registry } from './registry.js';

const MODEL = { fingerprint: 'theirs' } as TextModel;

let folder: string;
const config = (content: unknown) =>
  writeFile(
    join(folder, 'config.json'),
    typeof content === 'string' ? content : JSON.stringify(content),
  );

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'distiller-open-'));
});

afterAll(() => rm(folder, { recursive: true }));

describe('openModel', () => {
  const opened: unknown[] = [];
  const architecture = defineComponent({
    kind: 'architecture',
    name: 'theirs',
    summary: 'Of a third party.',
    settings: z.strictObject({}),
    needs: {},
    create: () => ({
      open: async (path, options) => {
        opened.push(path, options);
        return MODEL;
      },
    }),
  });
  const registry = new Registry().use(
    definePlugin({ name: 'distiller-plugin-theirs', components: [architecture] }),
  );

  it('leaves a folder to the architecture of its model_type', async () => {
    await config({ model_type: 'theirs' });
    const onNotice = () => undefined;
    expect(await openModel(registry, folder, { onNotice })).toBe(MODEL);
    expect(opened).toEqual([folder, { onNotice }]);
  });

  it('says what is known, and that a plugin may bring more', async () => {
    await config({ model_type: 'gpt2' });
    await expect(openModel(registry, folder)).rejects.toThrow(
      /config\.json: model_type is "gpt2"; expected one of theirs\. A plugin may bring other architectures/,
    );
    await config({});
    await expect(openModel(registry, folder)).rejects.toThrow('model_type is missing');
  });

  it('refuses what is no model', async () => {
    await expect(openModel(registry, join(folder, 'absent'))).rejects.toThrow(
      /There is no model in .*absent: it does not exist/,
    );
    await config('{');
    await expect(openModel(registry, folder)).rejects.toThrow('is not JSON');
    await config([]);
    await expect(openModel(registry, folder)).rejects.toThrow('expected an object');
  });
});
