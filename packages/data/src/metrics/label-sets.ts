/** What a model said about N examples with any number of labels out of C, and the truth. Row-major [N, C], 1 and 0. */
export interface LabelSets {
  readonly predicted: Uint8Array;
  readonly truth: Uint8Array;
  readonly classes: number;
}

/** Counts of one class or of all: what is predicted rightly, and 2·TP + FP + FN. */
interface Hits {
  readonly right: number;
  readonly mentions: number;
}

/** F1 over all decisions together: 2·TP / (2·TP + FP + FN), in [0, 1]; 0 when nothing is true or predicted. */
export function f1Micro(sets: LabelSets): number {
  return f1(count(sets, 0, 1));
}

/** Unweighted mean of the F1 of each class, in [0, 1]; a class that neither occurs nor is predicted has 0. */
export function f1MacroOfSets(sets: LabelSets): number {
  let sum = 0;
  for (let c = 0; c < sets.classes; c++) sum += f1(count(sets, c, sets.classes));
  return sum / sets.classes;
}

/** Share of examples whose labels are all right and none too many, in [0, 1]. */
export function exactMatch({ predicted, truth, classes }: LabelSets): number {
  const rows = truth.length / classes;
  let right = 0;
  for (let row = 0; row < rows; row++) {
    const own = (set: Uint8Array) => set.subarray(row * classes, (row + 1) * classes);
    if (String(own(predicted)) === String(own(truth))) right++;
  }
  return right / rows;
}

function f1({ right, mentions }: Hits): number {
  return mentions === 0 ? 0 : (2 * right) / mentions;
}

function count({ predicted, truth }: LabelSets, first: number, step: number): Hits {
  let right = 0;
  let mentions = 0;
  for (let i = first; i < truth.length; i += step) {
    right += (predicted[i] as number) & (truth[i] as number);
    mentions += (predicted[i] as number) + (truth[i] as number);
  }
  return { right, mentions };
}
