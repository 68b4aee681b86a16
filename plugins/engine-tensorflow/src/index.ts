export { loadTensorFlow, type TensorFlowDevice } from './load-tensorflow.js';
export { engineTensorflowPlugin, engineTensorflowPlugin as default } from './plugin.js';
