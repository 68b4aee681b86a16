import { fileURLToPath } from 'node:url';

export default {
  testEnvironment: fileURLToPath(new URL('./environment.mjs', import.meta.url)),
  testEnvironmentOptions: { customExportConditions: ['@distiller/source', 'node', 'node-addons'] },
  // Many specs do real work on a machine that others may be using: a hang is a minute, not Jest's five seconds.
  testTimeout: 60_000,
  testMatch: ['<rootDir>/src/**/*.spec.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        swcrc: false,
        sourceMaps: 'inline',
        module: { type: 'es6' },
        jsc: { target: 'es2022', parser: { syntax: 'typescript' }, keepClassNames: true },
      },
    ],
  },
  coverageDirectory: 'coverage',
};
