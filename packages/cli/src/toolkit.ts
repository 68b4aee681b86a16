// Everything that takes a moment to load. Only `Session.toolkit` imports it, when a command runs.
export {
  averageRepeats,
  cleanTable,
  leaveOneTaskOut,
  mergeTrials,
  originalTrials,
  parsePairing,
  Predictor,
  randomChoice,
  readOriginalTable,
  readTrials,
  trainPredictor,
} from '@distiller/advisor';
export { bind, openModel, readRecipe, REPORTER } from '@distiller/core';
export {
  cacheSignals,
  cacheTaskSignals,
  distill,
  distillTasks,
  evaluate,
  finetune,
  predict,
} from '@distiller/pipeline';
export { rankedTrials, search, studyOf, summarise } from '@distiller/search';
export { inspectSignalCache, verifySignalCache } from '@distiller/teachers';
export { distillReport, evaluationReport, finetuneReport } from './reports.js';
export { multiTaskReport } from './multi-task-report.js';
export { evaluationTables, randomChoiceTables } from './advisor-report.js';
export { recommendation, recommendationText } from './recommendation.js';
export { collectTrials } from './collect-trials.js';
export { cacheReport } from './cache-report.js';
export { examine, findingsText } from './doctor.js';
export { exportModel } from './export-model.js';
export { findImportance } from './find-importance.js';
export { importanceReport } from './importance-report.js';
export { inputLines, textsOfLines } from './input-texts.js';
export { modelFolder } from './model-folder.js';
export { openEvaluation } from './open-evaluation.js';
export { openRecipe, pluginsOf } from './open-recipe.js';
export { openRegistry } from './open-registry.js';
export { openRunner } from './open-runner.js';
export { openStudy, openStudyFolder } from './open-study.js';
export { pluginHealth, pluginHealthText } from './plugin-health.js';
export { pluginList, pluginListText } from './plugin-list.js';
export { predictionLine } from './prediction-line.js';
export { bytes } from './quantity.js';
export { recipeSchema, recipeYaml, resolveRecipe } from './resolve-recipe.js';
export { serveTrialsOf } from './serve-trials.js';
export { stageList, stageListText } from './stage-list.js';
export { stagePage, stagePageText } from './stage-page.js';
export { bestReport, studyCsv, studyReport } from './study-reports.js';
export { repeatedStudyFile, trialRecipeFile } from './study-recipe.js';
