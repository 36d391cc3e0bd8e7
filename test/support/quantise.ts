// Encoders for the two block formats that tests write themselves: ggml's Q8_0 and Q4_0.

/** Rounds to half precision and gives its bits; `value` must be finite and in range. */
export function halfBits(value: number): number {
  if (value === 0) return 0;
  const sign = value < 0 ? 0x8000 : 0;
  const size = Math.abs(value);
  const exponent = Math.max(Math.floor(Math.log2(size)), -14);
  const fraction = Math.round(size * 2 ** (10 - exponent));
  // A fraction that rounds up to 2048 carries into the exponent by itself.
  return sign + (exponent + 14) * 1024 + fraction;
}

export function halfValue(bits: number): number {
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  const size = exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15);
  return bits & 0x8000 ? -size : size;
}

/** Thirty-two values to 34 bytes: scale = largest / 127. */
export function quantiseQ80(values: readonly number[]): Uint8Array {
  const scaleBits = halfBits(Math.max(...values.map(Math.abs)) / 127);
  const scale = halfValue(scaleBits);
  const quantised = values.map((value) => (scale === 0 ? 0 : clamp(Math.round(value / scale), -127, 127)));
  return Uint8Array.from([scaleBits & 255, scaleBits >> 8, ...quantised.map((value) => value & 255)]);
}

/** Thirty-two values to 18 bytes: the value of largest size becomes -8 times the scale. */
export function quantiseQ40(values: readonly number[]): Uint8Array {
  const largest = values.reduce((best, value) => (Math.abs(value) > Math.abs(best) ? value : best), 0);
  const scaleBits = halfBits(largest / -8);
  const scale = halfValue(scaleBits);
  const quantised = values.map((value) => (scale === 0 ? 8 : clamp(Math.round(value / scale) + 8, 0, 15)));
  const pairs = quantised.slice(0, 16).map((low, j) => low | (quantised[j + 16]! << 4));
  return Uint8Array.from([scaleBits & 255, scaleBits >> 8, ...pairs]);
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}
