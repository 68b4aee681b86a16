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
