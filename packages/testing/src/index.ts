export type { Check } from './check.js';
export { finiteDifferences } from './finite-differences.js';
export { intermediateChecks } from './intermediate-checks.js';
export { matchingChecks } from './matching-checks.js';
export { objectiveChecks, type ObjectiveSubject } from './objective-checks.js';
