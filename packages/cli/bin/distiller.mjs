#!/usr/bin/env node
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const main = new URL('../dist/main.js', import.meta.url);
if (existsSync(main)) {
  await import(main.href);
} else {
  console.error(
    `distiller is not built: ${fileURLToPath(main)} is missing. Run \`npm run build\` in the root of the repository.`,
  );
  process.exitCode = 1;
}
