import { CANONICAL_AUGMENTATIONS, canonicalSpace, type SearchSpace } from '@distiller/search';

export interface SpaceRequest {
  /** Cross-entropy of one output teaches nothing. */
  readonly isRegression: boolean;
  /** Augmenters that can be run here; orders with others are left out. */
  readonly augmenters: readonly string[];
}

/** The canonical space without augmenters that are not at hand. */
export function availableSpace({ isRegression, augmenters }: SpaceRequest): SearchSpace {
  const usable = CANONICAL_AUGMENTATIONS.filter((sequence) =>
    sequence.split('>').every((step) => augmenters.includes(step)),
  );
  const space = canonicalSpace({ isRegression });
  const parameters = space.parameters.flatMap((parameter) => {
    if (parameter.name === 'augmentation' && parameter.kind === 'categorical') {
      return [{ ...parameter, values: ['none', ...usable] }];
    }
    if (parameter.name !== 'augP') return [parameter];
    return usable.length === 0
      ? []
      : [{ ...parameter, when: [{ parameter: 'augmentation', in: usable }] }];
  });
  return { ...space, parameters };
}
