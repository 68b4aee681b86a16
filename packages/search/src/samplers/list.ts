import type { Configuration } from '../space.js';
import { validateConfiguration } from '../space/validate-configuration.js';
import type { Sampler } from './sampler.js';

export interface ListSamplerOptions {
  /** At least one. */
  readonly configurations: readonly Configuration[];
}

/** The given configurations in their order, then again from the start. Looks at no trial. */
export function list({ configurations }: ListSamplerOptions): Sampler {
  return {
    name: 'list',
    propose({ space, number }) {
      const place = number % configurations.length;
      const where = `sampler.configurations.${place}`;
      return validateConfiguration(space, configurations[place] as Configuration, where);
    },
  };
}
