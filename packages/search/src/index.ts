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
export {
  growTree,
  predictTree,
  type RegressionTree,
  type TreeData,
  type TreeOptions,
} from './importance/regression-tree.js';
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
export { SEARCH_SPACE } from './space/search-space-schema.js';
export { defineSearchSpace } from './space/define-search-space.js';
export { exclusionOf, isActive } from './space/conditions.js';
export { configurationKey } from './space/configuration-key.js';
export { validateConfiguration } from './space/validate-configuration.js';
export { sampleUniform } from './space/sample-uniform.js';
export { spaceSize } from './space/space-size.js';
export { gridOf, type GridOptions } from './space/grid.js';
export { decodeConfiguration, encodeConfiguration, fromUnit, toUnit } from './space/unit-cube.js';
export {
  CANONICAL_AUGMENTATIONS,
  CANONICAL_SPACE,
  canonicalSpace,
  type CanonicalSpaceOptions,
} from './space/canonical-space.js';
export type { ProposalRequest, Sampler } from './samplers/sampler.js';
export { SAMPLER, type SamplerSettings } from './samplers/sampler-settings.js';
export { createSampler } from './samplers/create-sampler.js';
