export { observationKey, type Observation, type Setting } from './observation.js';
export { readOriginalTable, TRIALS_FILE, type TableRow } from './table/original-table.js';
export { cleanTable, flawsOf, type Flaw } from './table/clean-table.js';
export { studyRows, type StudyFacts, type TrialRow } from './table/study-observations.js';
export { averageRepeats, repeatNoise, type RepeatNoise } from './table/average-repeats.js';
export { ORIGINAL_MODELS, ORIGINAL_TASKS, originalTrials } from './table/original-facts.js';
export {
  proposalOf,
  type ModelProfile,
  type NamedModel,
  type Proposal,
  type TaskProfile,
  type TrialSet,
} from './predict/trial-set.js';
export { Predictor, type Prediction, type PredictorData } from './predict/predictor.js';
export { trainPredictor, type TrainOptions } from './predict/train-predictor.js';
export { FAMILIES, type LearnerFamily } from './predict/families.js';
export {
  leaveOneTaskOut,
  samePipeline,
  type Contender,
  type LeaveOneTaskOut,
  type LeaveOneTaskOutOptions,
  type Pairing,
  type TaskScores,
} from './evaluation/leave-one-task-out.js';
export {
  expectedMaximum,
  oracleScores,
  randomRegret,
  randomScores,
} from './evaluation/random-choice.js';
export {
  meanScores,
  placesWithin,
  scoreRanking,
  spearman,
  type Ranked,
  type RankingScores,
} from './evaluation/ranking.js';
export {
  randomChoice,
  type RandomChoice,
  type Regrets,
} from './evaluation/random-choice-by-task.js';
export {
  mergeTrials,
  parsePairing,
  readTrials,
  trialFile,
  type NamedTrials,
} from './trial-file.js';
export { datasetFeatures, type DatasetFeatures } from './features/dataset-features.js';
export { recommend, type Advice, type RecommendRequest } from './recommend/recommend.js';
export { advisedRecipe, type RecipeParts } from './recommend/advised-recipe.js';
export { availableSpace, type SpaceRequest } from './recommend/available-space.js';
export { encoderParameters } from './recommend/encoder-parameters.js';
