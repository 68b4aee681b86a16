import type { Configuration, ParameterValue } from '@distiller/search';
import { z } from 'zod';
import type { Observation } from '../observation.js';
import type { Proposal } from './trial-set.js';

/** Numbers with more values than this get no column for each. */
const MOST_LEVELS = 8;
/** Between the steps of a parameter that is a sequence. */
const STEP = '>';

const value = z.union([z.string(), z.number(), z.boolean()]);
const pipelineColumn = z.discriminatedUnion('is', [
  /** 1 where the parameter has this value. */
  z.strictObject({ is: z.literal('level'), parameter: z.string(), value }),
  /** The number itself; `otherwise` where the parameter is not active. */
  z.strictObject({ is: z.literal('number'), parameter: z.string(), otherwise: z.number() }),
  /** 1 where the sequence holds this step, or begins with it. */
  z.strictObject({ is: z.literal('step'), parameter: z.string(), value: z.string() }),
  z.strictObject({ is: z.literal('first'), parameter: z.string(), value: z.string() }),
  /** Steps of the sequence. */
  z.strictObject({ is: z.literal('length'), parameter: z.string() }),
]);
type PipelineColumn = z.output<typeof pipelineColumn>;

/** Schema of a plan in a file. */
export const rowPlan = z.strictObject({
  pipeline: z.array(pipelineColumn),
  students: z.array(z.string()),
  teachers: z.array(z.string()),
});

/** How a proposal becomes a row of numbers. */
export type RowPlan = z.output<typeof rowPlan>;

const SITUATION = [
  'student layers',
  'student width',
  'student parameters', // logarithm
  'teacher parameters', // logarithm
  'size gap', // difference of the two
  'same model',
  'examples', // logarithm
  'classes',
  'baseline',
  'single text',
  'regression',
] as const;

/** A column that describes the situation, not the pipeline. */
export type SituationColumn = (typeof SITUATION)[number];

/**
 * The columns that observations need: for each parameter its levels, and the number itself where it is one; for sequences
 * (`random>contextual`) which steps there are, which is the first, and how many; then the models by name and size, and the dataset.
 */
export function planRows(observations: readonly Observation[]): RowPlan {
  const names = new Set(observations.flatMap(({ configuration }) => Object.keys(configuration)));
  return {
    pipeline: [...names].flatMap((name) =>
      columnsOf(
        name,
        observations.map(({ configuration }) => configuration[name]),
      ),
    ),
    students: [...new Set(observations.map(({ student }) => student))].sort(),
    teachers: [...new Set(observations.map(({ teacher }) => teacher))].sort(),
  };
}

function columnsOf(
  parameter: string,
  given: readonly (ParameterValue | undefined)[],
): PipelineColumn[] {
  const present = given.filter((found) => found !== undefined);
  const values = [...new Set(present)];
  if (values.length === 1 && present.length === given.length) return [];
  if (values.some((found) => typeof found === 'string' && found.includes(STEP))) {
    const steps = [...new Set(values.flatMap((found) => stepsOf(found)))].sort();
    return [
      ...steps.map((found) => ({ is: 'step' as const, parameter, value: found })),
      ...steps.map((found) => ({ is: 'first' as const, parameter, value: found })),
      { is: 'length', parameter },
    ];
  }
  const levels = (some: readonly ParameterValue[]) =>
    some.map((found) => ({ is: 'level' as const, parameter, value: found }));
  if (values.every((found) => typeof found === 'boolean')) return levels([true]);
  const numbers = values.filter((found) => typeof found === 'number').sort((a, b) => a - b);
  if (numbers.length < values.length) return levels(values);
  const all = present as number[];
  const otherwise = all.reduce((sum, number) => sum + number, 0) / all.length;
  return [
    ...(numbers.length > 1 ? [{ is: 'number' as const, parameter, otherwise }] : []),
    ...(numbers.length <= MOST_LEVELS ? levels(numbers) : []),
  ];
}

/** `none` is the sequence without a step. */
function stepsOf(found: ParameterValue | undefined): readonly string[] {
  return typeof found === 'string' && found !== 'none' ? found.split(STEP) : [];
}

/** Names of the columns, in order; for reports and to find columns by. */
export function columnNames({ pipeline, students, teachers }: RowPlan): readonly string[] {
  return [
    ...pipeline.map((column) =>
      'value' in column
        ? `${column.parameter} ${column.is} ${String(column.value)}`
        : `${column.parameter} ${column.is}`,
    ),
    ...students.map((name) => `student ${name}`),
    ...teachers.map((name) => `teacher ${name}`),
    ...SITUATION,
  ];
}

/** The numbers of a proposal, in the order of `columnNames`. Values and models that the plan does not know have zeros. */
export function encodeRow(
  { pipeline, students, teachers }: RowPlan,
  { configuration, teacher, student, task }: Proposal,
): Float64Array {
  const studentSize = Math.log(student.parameters);
  const teacherSize = Math.log(teacher.parameters);
  const situation: Readonly<Record<SituationColumn, number>> = {
    'student layers': student.layers,
    'student width': student.width,
    'student parameters': studentSize,
    'teacher parameters': teacherSize,
    'size gap': teacherSize - studentSize,
    'same model': Number(teacher.name === student.name),
    examples: Math.log(task.examples),
    classes: task.classes,
    baseline: task.baseline,
    'single text': Number(task.arity === 1),
    regression: Number(task.classes === 1),
  };
  return Float64Array.from([
    ...pipeline.map((column) => pipelineNumber(column, configuration)),
    ...students.map((name) => Number(name === student.name)),
    ...teachers.map((name) => Number(name === teacher.name)),
    ...SITUATION.map((name) => situation[name]),
  ]);
}

function pipelineNumber(column: PipelineColumn, configuration: Configuration): number {
  const found = configuration[column.parameter];
  switch (column.is) {
    case 'level':
      return Number(found === column.value);
    case 'number':
      return typeof found === 'number' ? found : column.otherwise;
    case 'step':
      return Number(stepsOf(found).includes(column.value));
    case 'first':
      return Number(stepsOf(found)[0] === column.value);
    case 'length':
      return stepsOf(found).length;
  }
}
