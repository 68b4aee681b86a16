import { fileURLToPath } from 'node:url';

export default {
  testEnvironment: fileURLToPath(new URL('./environment.mjs', import.meta.url)),
  testEnvironmentOptions: { customExportConditions: ['@distiller/source', 'node', 'node-addons'] },
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
