import * as jsonc from 'jsonc-eslint-parser';
import base from '../../eslint.config.mjs';

export default [
  ...base,
  {
    files: ['**/package.json'],
    languageOptions: { parser: jsonc },
    rules: {
      '@nx/dependency-checks': [
        'error',
        {
          // Imported by a name that is chosen at run time.
          ignoredDependencies: ['@huggingface/transformers'],
          ignoredFiles: ['{projectRoot}/**/*.spec.ts', '{projectRoot}/*.mjs'],
        },
      ],
    },
  },
];
