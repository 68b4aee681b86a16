import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import {
  formatFiles,
  generateFiles,
  joinPathFragments,
  names,
  offsetFromRoot,
  updateJson,
} from '@nx/devkit';

const files = (folder) => fileURLToPath(new URL(`files/${folder}`, import.meta.url));
const recipes = JSON.parse(readFileSync(new URL('recipes.json', import.meta.url), 'utf8'));

/**
 * Writes a package `distiller-plugin-NAME` with one component of a kind, its tests by the kit of that kind, and a
 * recipe that uses it. It builds, passes and runs as it is. A network is two components: a student and its architecture.
 */
export default async function plugin(tree, { name, kind, directory = 'plugins' }) {
  const root = joinPathFragments(directory, name);
  if (tree.exists(joinPathFragments(root, 'package.json'))) {
    throw new Error(`There is a package in ${root} already. Choose another name, or remove it.`);
  }
  const version = (file) => JSON.parse(tree.read(file, 'utf8'));
  const recipe = recipes.kinds[kind];
  const values = {
    name,
    kind,
    root,
    offset: offsetFromRoot(root),
    camelName: names(name).propertyName,
    components: componentsOf(kind, names(name).propertyName),
    dependencies: dependenciesOf(kind, version),
    references: referencesOf(kind, offsetFromRoot(root)),
    usage: fill({ ...recipes.default, ...recipe?.usage }, name, root),
    teacherUsage: fill({ ...recipes.teacher, ...recipe?.teacherUsage }, name, root),
    tmpl: '',
  };
  generateFiles(tree, files('package'), root, values);
  generateFiles(tree, files(`kinds/${isNetwork(kind) ? 'network' : kind}`), root, values);
  if (kind === 'teacher') tree.delete(joinPathFragments(root, 'example/teacher.yaml'));
  updateJson(tree, 'tsconfig.json', (json) => ({
    ...json,
    references: [{ path: `./${root}` }, ...(json.references ?? [])],
  }));
  await formatFiles(tree);
  return () =>
    console.log(`
Next:
  npx nx run-many -t lint typecheck build test -p distiller-plugin-${name}
  npx nx run-many -t build
${kind === 'teacher' ? '' : `  node packages/cli/bin/distiller.mjs finetune ${root}/example/teacher.yaml --out runs/${name}/teacher\n`}  node packages/cli/bin/distiller.mjs run ${root}/example/recipe.yaml --out runs/${name}/student
`);
}

/** What makes a network and what opens it again come together, whichever of them is asked for. */
function isNetwork(kind) {
  return kind === 'student' || kind === 'architecture';
}

/** What a plugin's module exports to be put into the registry. */
function componentsOf(kind, camelName) {
  return [`${camelName}Component`, ...(isNetwork(kind) ? [`${camelName}Architecture`] : [])];
}

/** What the templates of each kind import, besides core and zod. */
const IMPORTS = {
  objective: ['@distiller/engine', '@tensorflow/tfjs'],
  intermediate: ['@distiller/engine', '@tensorflow/tfjs'],
  task: ['@distiller/data'],
  student: ['@distiller/engine', '@distiller/students', '@tensorflow/tfjs'],
  architecture: ['@distiller/engine', '@distiller/students', '@tensorflow/tfjs'],
  engine: ['@distiller/engine'],
};

function dependenciesOf(kind, read) {
  const outside = read('packages/objectives/package.json').dependencies;
  const inside = (name) => read(`packages/${name.split('/')[1]}/package.json`).version;
  const all = ['@distiller/core', ...(IMPORTS[kind] ?? []), 'zod'];
  return Object.fromEntries(
    all.map((name) => [name, name.startsWith('@distiller/') ? inside(name) : outside[name]]),
  );
}

function referencesOf(kind, offset) {
  const packages = ['@distiller/core', ...(IMPORTS[kind] ?? []), '@distiller/testing'];
  return packages
    .filter((name) => name.startsWith('@distiller/'))
    .map((name) => ({ path: `${offset}packages/${name.split('/')[1]}/tsconfig.lib.json` }));
}

/** YAML lines of the parts of a recipe, with the component's name put in, and the way from the recipe to the workspace. */
function fill(parts, name, root) {
  return Object.entries(parts)
    .map(([key, value]) => `${key}: ${value}`)
    .join('\n')
    .replaceAll('NAME', name)
    .replaceAll('ROOT', offsetFromRoot(`${root}/example`));
}
