export type {
  CategoricalParameter,
  Condition,
  Configuration,
  Exclusion,
  FloatParameter,
  IntegerParameter,
  OrderedParameter,
  ParameterValue,
  SearchParameter,
  SearchSpace,
} from './space.js';
export type { StudyObjective, Trial, TrialReport, TrialState } from './trial.js';
export {
  growForest,
  predictForest,
  type ForestOptions,
  type RegressionForest,
} from './importance/regression-forest.js';
export type { RegressionTree } from './importance/regression-tree.js';
export { spaceFactors, type FactorOptions } from './importance/space-factors.js';
export { factorColumns, type Factor, type FactorColumn } from './importance/factor.js';
export { TreeMeasure } from './importance/tree-measure.js';
export { scoredTrials, type ScoredTrial } from './importance/scored-trial.js';
export {
  importanceOf,
  type Effect,
  type Importance,
  type ImportanceOptions,
} from './importance/functional-anova.js';
export {
  importanceOverTasks,
  type EffectKind,
  type ImportanceOverTasks,
  type MeanEffect,
  type TaskImportance,
} from './importance/task-importance.js';
export { readTrialTable, type TrialColumns } from './importance/trial-table.js';
export {
  inferSpace,
  withoutFillers,
  type ColumnFacts,
  type ColumnKind,
} from './importance/infer-space.js';
export {
  pairedDifferences,
  type DifferenceOptions,
  type FactorDifferences,
  type LevelDifference,
} from './importance/paired-differences.js';
