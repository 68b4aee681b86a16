export { observationKey, type Observation, type Setting } from './observation.js';
export { readOriginalTable, TRIALS_FILE, type TableRow } from './table/original-table.js';
export { cleanTable, flawsOf, type Flaw } from './table/clean-table.js';
export { averageRepeats, repeatNoise, type RepeatNoise } from './table/average-repeats.js';
export { expectedMaximum, randomRegret } from './evaluation/random-choice.js';
