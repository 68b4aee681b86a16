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
export { restrictSpace, type WantedValues } from './importance/restrict-space.js';
export {
  scoredTrials,
  type ScoredTrial,
  type ScoredTrialsOptions,
} from './importance/scored-trial.js';
export {
  importanceOf,
  type Effect,
  type LevelGain,
  type Importance,
  type ImportanceOptions,
} from './importance/functional-anova.js';
export {
  importanceOverTasks,
  type EffectKind,
  type ImportanceOverTasks,
  type MeanEffect,
  type MeanLevelGain,
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
export { search, studyId, type SearchOptions } from './study/search.js';
export { withDerivedParameters } from './study/study-components.js';
export {
  readStudy,
  STUDY,
  type OpenedStudy,
  type ReadStudyOptions,
  type Study,
} from './study/study-file.js';
export { readJournal } from './study/journal.js';
export type { JournalRecord, TrialOutcome, TrialRun } from './study/journal-record.js';
export { StudyState, trialOf, type TrialEntry } from './study/study-state.js';
export { studyOf, summarise, type StudySummary } from './study/study-summary.js';
export { bestTrial, isComplete, rankedTrials, type CompleteTrial } from './study/best-trial.js';
export { trialRecipes } from './study/plan-study.js';
export type { Patches } from './study/apply-configuration.js';
export { evaluateTrial, type TrialServices } from './study/evaluate-trial.js';
export type { TrialJob } from './study/trial-job.js';
export { WorkerLost, type ReportListener, type TrialRunner } from './study/trial-runner.js';
export { trialOutcome } from './study/journal-record.js';
export { LocalWorkers, type LocalWorkersOptions } from './study/local-workers.js';
export { serveTrials, type TrialEvaluator, type WorkerProcess } from './study/serve-trials.js';
export { parseAnswer, type WorkerAnswer } from './study/worker-protocol.js';
export { coordinateStudy, type StudyPlan } from './study/coordinate-study.js';
export { dominates, paretoFront } from './fronts/pareto-front.js';
export { hypervolume } from './fronts/hypervolume.js';
export type { PruneRequest, Pruner } from './pruners/pruner.js';
export { PRUNER, type PrunerSettings } from './pruners/pruner-settings.js';
export { createPruner } from './pruners/create-pruner.js';
export {
  SETTING_RANGES,
  type SettingRange,
  type SettingRanges,
} from './space/derived/setting-ranges.js';
export {
  settingsSpace,
  type DerivedSpace,
  type SettingsSpaceOptions,
} from './space/derived/settings-space.js';
export { COMPONENT_SPACE, componentSpace } from './space/derived/component-space.js';
