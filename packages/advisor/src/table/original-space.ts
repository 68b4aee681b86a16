import type { SearchSpace } from '@distiller/search';

/**
 * What the original study chose among, under the names that `readOriginalTable` gives. Orders of augmenters are read from left to
 * right: `random>contextual` changes the text first by `random`.
 *
 * @see He et al., "Distiller", 2021, arXiv 2109.11105, §3
 */
export const ORIGINAL_SPACE: SearchSpace = {
  parameters: [
    {
      kind: 'categorical',
      name: 'loss',
      values: ['ce', 'mse', 'cos', 'pkd', 'mi'],
      stage: 'intermediate',
    },
    {
      kind: 'ordered',
      name: 'alpha',
      values: [0, 0.1, 0.5, 0.7, 0.9, 1],
      when: [{ parameter: 'loss', in: ['mi'] }],
      stage: 'intermediate',
    },
    {
      kind: 'categorical',
      name: 'mapping',
      values: ['skip', 'last', 'emd'],
      stage: 'intermediate',
    },
    { kind: 'categorical', name: 'prediction', values: ['ce', 'mse'], stage: 'prediction' },
    { kind: 'categorical', name: 'mixup', values: [false, true], stage: 'mixup' },
    {
      kind: 'categorical',
      name: 'augmentation',
      values: ['none', ...orders(['contextual', 'backtranslation', 'random'])],
      stage: 'augmentation',
    },
    {
      kind: 'ordered',
      name: 'augmentationShare',
      values: [0.1, 0.3, 0.5],
      when: [
        { parameter: 'augmentation', in: orders(['contextual', 'backtranslation', 'random']) },
      ],
      stage: 'augmentation',
    },
    { kind: 'ordered', name: 'copies', values: [1, 4], stage: 'augmentation' },
  ],
};

/** Every sequence of one or more of the names, none twice. */
function orders(names: readonly string[]): readonly string[] {
  return names.flatMap((first) => [
    first,
    ...orders(names.filter((name) => name !== first)).map((rest) => `${first}>${rest}`),
  ]);
}
