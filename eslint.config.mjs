import nx from '@nx/eslint-plugin';
import * as jsonc from 'jsonc-eslint-parser';

const kernelAndCompute = ['layer:kernel', 'layer:compute'];
export default [
  ...nx.configs['flat/base'],
  ...nx.configs['flat/typescript'],
  ...nx.configs['flat/javascript'],
  { ignores: ['**/dist', '**/out-tsc', '**/coverage'] },
  {
    files: ['**/*.ts', '**/*.mjs'],
    rules: {
      '@nx/enforce-module-boundaries': [
        'error',
        {
          enforceBuildableLibDependency: true,
          allow: ['^.*/eslint\\.config\\.mjs$', '^.*/tools/jest/.*$'],
          depConstraints: [
            { sourceTag: 'layer:kernel', onlyDependOnLibsWithTags: ['layer:kernel'] },
            { sourceTag: 'layer:compute', onlyDependOnLibsWithTags: kernelAndCompute },
            {
              sourceTag: 'layer:stage',
              onlyDependOnLibsWithTags: kernelAndCompute,
              bannedExternalImports: ['inversify', 'commander', 'onnxruntime-*'],
            },
            {
              // A stage's exports are for whoever extends it, such as a plugin with a network of its own.
              sourceTag: 'layer:plugin',
              onlyDependOnLibsWithTags: [...kernelAndCompute, 'layer:stage'],
            },
            {
              sourceTag: 'layer:flow',
              onlyDependOnLibsWithTags: [...kernelAndCompute, 'layer:flow'],
            },
            { sourceTag: 'layer:app', onlyDependOnLibsWithTags: ['*'] },
            { sourceTag: 'layer:tool', onlyDependOnLibsWithTags: ['*'] },
          ],
        },
      ],
    },
  },
  {
    files: ['**/*.ts'],
    rules: {
      // What is not wanted is called `_`: in a loop, before the argument that is, or of an object whose rest is.
      '@typescript-eslint/no-unused-vars': [
        'warn',
        { varsIgnorePattern: '^_+$', argsIgnorePattern: '^_+$' },
      ],
    },
  },
  {
    files: ['**/package.json'],
    languageOptions: { parser: jsonc },
    rules: {
      '@nx/dependency-checks': [
        'error',
        {
          ignoredDependencies: ['reflect-metadata'],
          ignoredFiles: ['{projectRoot}/**/*.spec.ts', '{projectRoot}/*.mjs'],
        },
      ],
    },
  },
];
