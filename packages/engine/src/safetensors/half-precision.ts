const float = new Float32Array(1);
const bits = new Uint32Array(float.buffer);

let float16Values: Float32Array | undefined;

/** The 65,536 values of IEEE 754 binary16 by bit pattern; made on first use. */
export function float16Table(): Float32Array {
  return (float16Values ??= Float32Array.from({ length: 0x10000 }, (_, pattern) => {
    const sign = pattern & 0x8000 ? -1 : 1;
    const exponent = (pattern >> 10) & 0x1f;
    const fraction = pattern & 0x3ff;
    if (exponent === 0) return sign * fraction * 2 ** -24;
    if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : NaN;
    return sign * (1024 + fraction) * 2 ** (exponent - 25);
  }));
}

/** Bit pattern of the nearest binary16 (ties to even); ±Infinity beyond 65,504. */
export function toFloat16(value: number): number {
  float[0] = value;
  const pattern = bits[0] as number;
  const sign = (pattern >>> 16) & 0x8000;
  const magnitude = pattern & 0x7fffffff;
  if (magnitude > 0x7f800000) return sign | 0x7e00; // NaN
  if (magnitude >= 0x477ff000) return sign | 0x7c00; // rounds to 65,536 or more
  if (magnitude < 0x38800000) {
    // Below 2⁻¹⁴ the spacing is 2⁻²⁴. Adding 0.5, whose float32 spacing is the same, lets the hardware round.
    float[0] = Math.abs(value) + 0.5;
    return sign | ((bits[0] as number) - 0x3f000000);
  }
  return sign | (roundOff(magnitude, 13) - (112 << 10));
}

/** Bit pattern of the nearest bfloat16 (ties to even); ±Infinity beyond about 3.39e38. */
export function toBfloat16(value: number): number {
  float[0] = value;
  const pattern = bits[0] as number;
  if ((pattern & 0x7fffffff) > 0x7f800000) return (pattern >>> 16) | 0x40; // stays a NaN
  return roundOff(pattern, 16) & 0xffff;
}

/** Drops the lowest bits of an unsigned number, rounding to nearest, ties to even. */
function roundOff(pattern: number, dropped: number): number {
  const half = 2 ** (dropped - 1) - 1 + ((pattern >>> dropped) & 1);
  return Math.floor((pattern + half) / 2 ** dropped);
}
