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
