import { type Command, InvalidArgumentError } from 'commander';

export interface RecipeOptions {
  readonly set?: readonly string[];
  readonly seed?: number;
}

/** Adds `--set` and `--seed` to a command that reads a recipe. */
export function addRecipeOptions(command: Command): Command {
  return command
    .option(
      '--set <path=value>',
      'change a setting of the recipe, e.g. training.epochs=1 (may be repeated)',
      collect,
    )
    .option('--seed <number>', 'short for --set seed=<number>', wholeNumber);
}

/** Parses one more value of an option that may be repeated. */
export function collect(value: string, before: readonly string[] = []): string[] {
  return [...before, value];
}

/** The overrides in the order in which they apply. */
export function overridesOf({ set = [], seed }: RecipeOptions): string[] {
  return seed === undefined ? [...set] : [...set, `seed=${seed}`];
}

/** Parses a whole number ≥ 0 of the command line. */
export function wholeNumber(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError(`"${text}" is not a whole number.`);
  return Number(text);
}
