import { Command } from 'commander';
import { addRecipeOptions } from '../recipe-options.js';
import type { Session } from '../session.js';

/** `distiller cache build|inspect|verify`. */
export function cacheCommand(session: Session): Command {
  void session;
  return new Command('cache')
    .summary('keep the signals of a teacher on disk')
    .addCommand(addRecipeOptions(new Command('build')))
    .addCommand(new Command('inspect'));
}
