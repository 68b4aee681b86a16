/**
 * Gradient of f at x by central differences,
 *
 *     ∂f/∂xᵢ ≈ (f(x + h·eᵢ) − f(x − h·eᵢ)) / 2h
 *
 * with error O(h²) from f's curvature and about ε·|f|/h from rounding: h = 1e-2 leaves some three digits of a
 * float32 function; on a Float64Array h = 1e-5 leaves nine of a float64 function.
 *
 * @param f reads its argument before it returns; the array is reused.
 * @param step h, in units of x.
 */
export function finiteDifferences<X extends Float32Array | Float64Array>(
  f: (x: X) => number,
  x: X,
  step = 1e-2,
): Float64Array {
  const moved = x.slice() as X;
  return Float64Array.from(x, (value, i) => {
    moved[i] = value + step;
    const above = f(moved);
    const right = moved[i] as number; // rounded, so the step taken is right − left
    moved[i] = value - step;
    const below = f(moved);
    const left = moved[i] as number;
    moved[i] = value;
    return (above - below) / (right - left);
  });
}
