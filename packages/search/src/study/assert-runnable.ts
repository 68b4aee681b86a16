import { DistillerError, validateRecipe } from '@distiller/core';
import { distillRecipe, recipeCheck } from '@distiller/pipeline';
import { createSampler } from '../samplers/create-sampler.js';
import type { Configuration } from '../space.js';
import { gridOf } from '../space/grid.js';
import { spaceSize } from '../space/space-size.js';
import { trialRecipes, type PlanOptions } from './plan-study.js';

/** Configurations that are checked before a study starts. */
const CHECKED = 200;
/** A choice that so many of them made, and none that can be run, is taken for impossible. */
const TELLING = 5;
/** Problems that are told. */
const SHOWN = 3;

/** A configuration that makes no recipe that can be run. */
interface Problem {
  readonly configuration: Configuration;
  readonly message: string;
}

export interface RunnableOptions extends Pick<
  PlanOptions,
  'study' | 'recipeFolder' | 'registry' | 'threads'
> {
  /** Whether the data are here, so that the recipes can be asked whether they suit them. */
  readonly hasData: boolean;
}

/**
 * Checks all recipes of a small space before anything runs, and a sample of those of a large one.
 *
 * @throws DistillerError `config` when a configuration of a small space can't be run; of a large one, when none of the sample can, or
 *   none that makes a certain choice.
 */
export async function assertRunnable(options: RunnableOptions): Promise<void> {
  const { space, objectives, seed } = options.study;
  const isSample = spaceSize(space) > CHECKED;
  const random = createSampler({ use: 'random' });
  const configurations = isSample
    ? Array.from({ length: CHECKED }, (_, number) =>
        random.propose({ space, objectives, number, trials: [], seed }),
      )
    : gridOf(space);
  const problems = await problemsOf(configurations, options);
  if (problems.length === 0) return;
  // Where nothing can be run, no choice is to blame.
  const isPart = isSample && problems.length < configurations.length;
  const choice = isPart ? impossibleChoice(configurations, problems) : undefined;
  if (isPart && choice === undefined) return;
  const chosen = choice ? choice.failed : problems;
  const which = choice ? ` with ${choice.name} = ${choice.value}` : '';
  const drawn = isSample ? ' drawn from the space' : '';
  throw new DistillerError(
    'config',
    [
      `${chosen.length} of ${choice ? chosen.length : configurations.length} configurations${drawn}${which} make no recipe that can be run. Mend the recipe, or exclude what does not go together (\`space.exclusions\`, \`when\`):`,
      ...withDifferentMessages(chosen)
        .slice(0, SHOWN)
        .map(({ configuration, message }) => `${JSON.stringify(configuration)}: ${message}`),
    ].join('\n'),
  );
}

async function problemsOf(
  configurations: readonly Configuration[],
  { hasData, ...options }: RunnableOptions,
): Promise<Problem[]> {
  const schema = distillRecipe(options.registry);
  const recipeOf = trialRecipes(options);
  const check = recipeCheck(options);
  const problems: Problem[] = [];
  for (const configuration of configurations) {
    try {
      const recipe = recipeOf(configuration);
      if (hasData) await check(validateRecipe(schema, recipe, 'The recipe'));
    } catch (error) {
      if (!(error instanceof DistillerError)) throw error;
      problems.push({ configuration, message: error.message });
    }
  }
  return problems;
}

/** The first problem of each message: one that all have is told once. */
function withDifferentMessages(problems: readonly Problem[]): readonly Problem[] {
  const first = new Map(problems.toReversed().map((problem) => [problem.message, problem]));
  return [...first.values()].reverse();
}

/** The choice that was drawn most often of those that never made a recipe. */
function impossibleChoice(
  configurations: readonly Configuration[],
  problems: readonly Problem[],
): { name: string; value: string; failed: readonly Problem[] } | undefined {
  const drawn = new Map<string, number>();
  const keysOf = (configuration: Configuration) =>
    Object.entries(configuration).map((choice) => JSON.stringify(choice));
  for (const key of configurations.flatMap(keysOf)) drawn.set(key, (drawn.get(key) ?? 0) + 1);
  const found = [...drawn]
    .map(([key, count]) => ({
      key,
      count,
      failed: problems.filter(({ configuration }) => keysOf(configuration).includes(key)),
    }))
    .filter(({ count, failed }) => count >= TELLING && failed.length === count)
    .sort((a, b) => b.count - a.count)[0];
  if (!found) return undefined;
  const [name, value] = JSON.parse(found.key) as [string, unknown];
  return { name, value: String(value), failed: found.failed };
}
