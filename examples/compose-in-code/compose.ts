import { createOnnxEngine } from '@distiller/engine-onnx';
import { skip } from '@distiller/matching';
import { hardLabel, hiddenMse, softCrossEntropy } from '@distiller/objectives';
import {
  labelObjective,
  runDistillation,
  teacherObjective,
  type DistillResult,
} from '@distiller/pipeline';
import { bert as bertStudent } from '@distiller/students';
import { bert as bertTeacher } from '@distiller/teachers';
import { disagreement } from './disagreement.js';
import { inbox } from './tickets.js';

/** A pipeline put together from values: nothing is looked up by name, so only what is imported must be installed. */
export async function compose(teacherFolder: string, folder: string): Promise<DistillResult> {
  const engine = await createOnnxEngine();
  const teacher = await bertTeacher({ model: teacherFolder }, { engine });
  try {
    return await runDistillation(
      {
        name: 'composed',
        engine,
        task: inbox,
        teacher,
        student: bertStudent({ layers: 1, hiddenSize: 24, heads: 2, intermediateSize: 48 }),
        objectives: [
          {
            name: 'soft-cross-entropy',
            objective: teacherObjective((student, target) =>
              softCrossEntropy(student, target, { temperature: 2, tauSquared: true }),
            ),
          },
          { name: 'disagreement', weight: 0.5, objective: teacherObjective(disagreement) },
          { name: 'hard-label', weight: 0.5, objective: labelObjective(hardLabel) },
        ],
        intermediate: [
          {
            name: 'hidden-mse',
            weight: 0.1,
            matching: skip(),
            objective: { feature: 'hidden', needsEqualWidth: true, loss: hiddenMse },
          },
        ],
        baseline: labelObjective(hardLabel),
        training: { epochs: 6, batchSize: 16, maxLength: 24, learningRate: 3e-3 },
      },
      { folder },
    );
  } finally {
    await teacher.dispose();
    await engine.dispose();
  }
}
