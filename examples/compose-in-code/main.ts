// Distils a ticket classifier twice, composed in code and from a recipe.
//   node examples/compose-in-code/dist/main.js FOLDER
import { join } from 'node:path';
import type { DistillResult } from '@distiller/pipeline';
import { compose } from './compose.js';
import { fromRecipe } from './recipe.js';
import { trainTeacher } from './teacher.js';

const folder = process.argv[2] ?? 'runs/compose-in-code';
const teacher = await trainTeacher(join(folder, 'teacher'));
show(await compose(teacher, join(folder, 'composed')));
show(await fromRecipe(teacher, join(folder, 'from-recipe')));

function show({ name, task, scoredOn, metric, rows }: DistillResult): void {
  console.log(`\n${name}: ${metric} on the ${scoredOn} split of ${task}`);
  console.table(
    Object.fromEntries(
      rows.map(({ role, parameters, scores, trainSeconds }) => [
        role,
        { parameters, [metric]: scores[metric], 'training (s)': Number(trainSeconds.toFixed(1)) },
      ]),
    ),
  );
}
