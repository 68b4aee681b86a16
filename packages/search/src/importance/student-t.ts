/**
 * The t with P(|T| ≤ t) = `confidence` for Student's t with whole degrees of freedom: half-width of a confidence interval in
 * standard errors. By bisection, to 10⁻¹⁰ of itself.
 *
 * @param confidence in (0, 1).
 * @param freedom degrees of freedom, a whole number from 1.
 */
export function tHalfWidth(confidence: number, freedom: number): number {
  let [low, high] = [0, 1];
  while (centralProbability(high, freedom) < confidence) high *= 2;
  while (high - low > 1e-10 * high) {
    const middle = (low + high) / 2;
    if (centralProbability(middle, freedom) < confidence) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/**
 * P(|T| ≤ t), by the finite series in θ = atan(t / √ν).
 *
 * @see Abramowitz, Stegun, "Handbook of Mathematical Functions", 1964, 26.7.3 (ν odd) and 26.7.4 (ν even)
 */
function centralProbability(t: number, freedom: number): number {
  const theta = Math.atan(t / Math.sqrt(freedom));
  const [sine, cosine] = [Math.sin(theta), Math.cos(theta)];
  const isOdd = freedom % 2 === 1;
  let term = isOdd ? cosine : 1;
  let series = freedom === 1 ? 0 : term;
  for (let k = isOdd ? 3 : 2; k <= freedom - 2; k += 2) {
    term *= (cosine ** 2 * (k - 1)) / k;
    series += term;
  }
  return isOdd ? (2 / Math.PI) * (theta + sine * series) : sine * series;
}
