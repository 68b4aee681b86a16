export type { Check } from './check.js';
export { finiteDifferences } from './finite-differences.js';
export { intermediateChecks } from './intermediate-checks.js';
export { matchingChecks, type MatchingSubject } from './matching-checks.js';
export { objectiveChecks, type ObjectiveSubject } from './objective-checks.js';
export { agreement, type Agreement } from './engine/agreement.js';
export { engineChecks } from './engine/engine-checks.js';
export type { EngineSubject } from './engine/engine-subject.js';
export { tinyClassifier, type ProgramCase } from './engine/tiny-classifier.js';
