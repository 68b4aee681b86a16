import { describe, expect, it } from '@jest/globals';
import { defaultRunFolder } from './run-folder-name.js';

describe('defaultRunFolder', () => {
  it.each([
    [{ name: 'sst-2 small' }, 'r.yaml', 'runs/sst-2-small'],
    [{}, 'recipes/quick.yaml', 'runs/quick'],
    [{ name: 7 }, 'recipes/quick.yaml', 'runs/quick'],
    ['not a recipe', 'a/b.json', 'runs/b'],
  ])('of %j in %s is %s', (recipe, path, folder) =>
    expect(defaultRunFolder(recipe, path)).toBe(folder),
  );

  it.each(['../../etc', '/etc', '..'])('does not let the name %s lead out of runs/', (name) => {
    expect(defaultRunFolder({ name }, 'r.yaml')).toMatch(/^runs\/[^/.][^/]*$/);
  });
});
