import { evaluateTrial, serveTrials } from '@distiller/search';
import { pluginsOf } from './open-recipe.js';
import { openRegistry } from './open-registry.js';

// The script of the processes that run the trials of a study.
serveTrials(process, (job, hear, signal) =>
  evaluateTrial(job, hear, {
    openRegistry: (recipe, folder) => openRegistry(pluginsOf(recipe), folder),
    signal,
  }),
);
