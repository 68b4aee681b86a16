export { assertSameShape } from './ops/assert-same-shape.js';
export { detach } from './ops/detach.js';
export { dropout } from './ops/dropout.js';
export { embedding } from './ops/embedding.js';
export { gelu } from './ops/gelu.js';
export { layerNorm } from './ops/layer-norm.js';
export { linear } from './ops/linear.js';
export { mixedMask, mixedWords, mixupOf, readWords, type Mixup } from './ops/mixup.js';
export { weightedMean } from './ops/weighted-mean.js';
export { primitive, type PrimitiveAttributes, type PrimitiveInputs } from './ops/primitive.js';
export {
  readSafetensors,
  readSafetensorsHeader,
  type ReadSafetensorsOptions,
  type SafetensorsContents,
} from './safetensors/read.js';
export type { SafetensorsEntry, SafetensorsHeader } from './safetensors/header.js';
export type { SafetensorsDType } from './safetensors/element-types.js';
export { readShardedSafetensors } from './safetensors/read-sharded.js';
export { writeSafetensors, type WriteSafetensorsOptions } from './safetensors/write.js';
export { createEagerEngine, type EagerEngineOptions } from './eager/create-eager-engine.js';
export { withBackend } from './eager/with-backend.js';
export { drawUniform } from './draw-uniform.js';
export {
  HostTraining,
  type Differentiated,
  type Differentiator,
  type HostState,
  type Random,
} from './host-training.js';
export { runProgram, type ProgramCall } from './run-program.js';
export { assertSameParameters, copyWeights } from './weights.js';
export { enginePlugin } from './plugin.js';
export { float16Table, toFloat16 } from './safetensors/half-precision.js';
export { adamw, type AdamwOptions } from './optimizer/adamw.js';
export { sgd, type SgdOptions } from './optimizer/sgd.js';
export type { ParameterGroup } from './optimizer/parameter-groups.js';
export { constantSchedule } from './schedule/constant.js';
export { cosineSchedule } from './schedule/cosine.js';
export { linearSchedule } from './schedule/linear.js';
export type { WarmupOptions } from './schedule/warmup.js';
export { linearDecay } from './schedule/linear-decay.js';
export { linearGrowth } from './schedule/linear-growth.js';
