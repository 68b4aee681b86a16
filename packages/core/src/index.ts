export { DistillerError, type ErrorCode } from './errors.js';
export { createRng, type Rng } from './rng.js';
export { fingerprint } from './fingerprint.js';
export { AtomicFile, removeUnfinishedFiles, writeFileAtomically } from './atomic-file.js';
export { takeFileLock, type FileLock } from './file-lock.js';
export { ioError } from './io-error.js';
export { makeFolder } from './make-folder.js';
export { bind, type Binding } from './binding.js';
export { Registry, type ComponentChoice } from './registry.js';
export { openModel } from './open-model.js';
export { readModelConfig } from './read-model-config.js';
export { validateRecipe } from './validate-recipe.js';
export { applyOverrides, defineConfig, readRecipe, type RawRecipe } from './recipe.js';
export { parseYaml } from './parse-yaml.js';
export { loadPlugins, type LoadedPlugin } from './plugin-loader.js';
export { didYouMean, suggestion } from './suggestion.js';
export type {
  HostDType,
  HostTensor,
  HostTensors,
  Parameter,
  Tensors,
  Weights,
} from './contracts/tensors.js';
export type { Program, ProgramContext, ProgramResult } from './contracts/program.js';
export type {
  Engine,
  GradientResult,
  Inference,
  StepOptions,
  StepPoint,
  StepResult,
  Training,
  TrainingState,
} from './contracts/engine.js';
export type {
  Gradient,
  Gradients,
  Optimizer,
  OptimizerState,
  Schedule,
  UpdateOptions,
} from './contracts/optimizer.js';
export {
  isTokenFeature,
  LAYER_FEATURES,
  type EncodedInputs,
  type LayerFeature,
  type LayerOutputs,
  type ModelDescription,
  type ModelOutput,
  type SaveOptions,
  type TextModel,
} from './contracts/model.js';
export type {
  Encoding,
  PieceEncoder,
  TextPiece,
  Texts,
  TokenizerModel,
} from './contracts/tokenizer.js';
export {
  TASK_KINDS,
  type Activation,
  type CharacterSpan,
  type Example,
  type Label,
  type Split,
  type Task,
  type TaskEvaluation,
  type TaskKind,
  type WindowOptions,
} from './contracts/task.js';
export type { Alignment, Batch, ContextAlignment, WordAlignment } from './contracts/batch.js';
export {
  signalName,
  type Architecture,
  type Augmenter,
  type ComponentKinds,
  type HeadRequest,
  type IntermediateObjective,
  type LayerPair,
  type LayerSignal,
  type Matching,
  type Objective,
  type OpenModel,
  type OpenModelOptions,
  type PairShape,
  type PairWeighting,
  type PredictionLossInput,
  type RepresentationLossInput,
  type Representations,
  type SignalNeeds,
  type Student,
  type StudentRequest,
  type Teacher,
  type Translator,
} from './contracts/stages.js';
export {
  API_VERSION,
  defineComponent,
  definePlugin,
  token,
  type AnyComponent,
  type ComponentDefinition,
  type Kind,
  type Needs,
  type Plugin,
  type Services,
  type Token,
} from './component.js';
export { componentChoice } from './component-choice.js';
export {
  CACHE_FOLDER,
  COMPONENTS,
  ENGINE,
  OPEN_MODEL,
  REPORTER,
  RESOLVE_PATH,
  RNG,
  SIGNAL,
  type ComponentMaker,
  type Progress,
  type Reporter,
} from './contracts/services.js';
