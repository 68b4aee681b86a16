export { QueueRunner } from './queue-runner.js';
export { serveQueue, type QueueWorkerOptions } from './queue-worker.js';
export type { QueueTiming } from './trial-queue.js';
