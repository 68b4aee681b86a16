import { TestEnvironment } from 'jest-environment-node';

const HOST_TYPES = [
  'ArrayBuffer',
  'SharedArrayBuffer',
  'DataView',
  'Int8Array',
  'Uint8Array',
  'Uint8ClampedArray',
  'Int16Array',
  'Uint16Array',
  'Int32Array',
  'Uint32Array',
  'BigInt64Array',
  'BigUint64Array',
  'Float32Array',
  'Float64Array',
];

/** Jest gives each file its own V8 realm; native addons return arrays of the host realm. Share the constructors. */
export default class extends TestEnvironment {
  async setup() {
    await super.setup();
    for (const name of HOST_TYPES) this.global[name] = globalThis[name];
  }
}
