/**
 * The k largest logits among the allowed ids, largest first; of equal ones the smaller id.
 *
 * @param logits [V].
 */
export function likeliest(
  logits: Float32Array,
  k: number,
  isAllowed: (id: number) => boolean,
): number[] {
  const ids: number[] = [];
  let least = -Infinity;
  for (let id = 0; id < logits.length; id++) {
    const logit = logits[id] as number;
    if ((ids.length === k && logit <= least) || !isAllowed(id)) continue;
    let at = ids.length;
    while (at > 0 && (logits[ids[at - 1] as number] as number) < logit) at--;
    ids.splice(at, 0, id);
    if (ids.length > k) ids.pop();
    least = logits[ids[ids.length - 1] as number] as number;
  }
  return ids;
}

/**
 * Draws from the nucleus: of the ids in descending order of p = softmax(logit / temperature) as many as it takes to
 * hold a share `topP` of their sum, each with its probability.
 *
 * @param ids largest logit first, not empty.
 * @param u uniform in [0, 1).
 * @see Holtzman et al., "The Curious Case of Neural Text Degeneration", 2020, §3.1, arXiv:1904.09751
 */
export function drawFromNucleus(
  logits: Float32Array,
  ids: readonly number[],
  { topP, temperature }: { readonly topP: number; readonly temperature: number },
  u: number,
): number {
  const largest = logits[ids[0] as number] as number;
  const masses = ids.map((id) => Math.exp(((logits[id] as number) - largest) / temperature));
  const total = masses.reduce((sum, mass) => sum + mass, 0);
  let nucleus = 0;
  let size = 0;
  while (size < masses.length && nucleus < topP * total) nucleus += masses[size++] as number;
  let rest = u * nucleus;
  for (let i = 0; i < size; i++) {
    rest -= masses[i] as number;
    if (rest < 0) return ids[i] as number;
  }
  return ids[Math.max(0, size - 1)] as number;
}
