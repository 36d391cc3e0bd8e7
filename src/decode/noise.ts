// Random numbers without a stream: a number is a function of a seed and of what it is for, so it is the same whenever and however
// often it is asked for. The function is Philox2x32 with ten rounds (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3",
// SC 2011), which passes BigCrush.

const rounds = 10;
const multiplier = 0xd256d193;
const keyStep = 0x9e3779b9;
const half = 2 ** 16;

/** Two random words for a counter of two words and a key of one; all are unsigned and have 32 bits. */
export function philox(counter: readonly [number, number], key: number): readonly [number, number] {
  let [left, right] = counter;
  let roundKey = key;
  for (let round = 0; round < rounds; round++) {
    // the product has 64 bits, those of a word and half a word fit a double
    const carried = Math.floor((multiplier * (left % half)) / half);
    const high = Math.floor((multiplier * Math.floor(left / half) + carried) / half);
    const low = Math.imul(multiplier, left) >>> 0;
    [left, right] = [(high ^ roundKey ^ right) >>> 0, low];
    roundKey = (roundKey + keyStep) >>> 0;
  }
  return [left, right];
}

/**
 * Standard Gumbel noise of a token at a position of a draft; finite. Of tokens with log-probabilities, the one with the highest sum
 * of both is a sample, and the order of the sums is one of sampling without replacement (Gumbel-max and Gumbel-top-k: Vieira 2014;
 * Kool et al., ICML 2019).
 * @param seed the lower 32 bits count
 */
export function gumbel(seed: number, position: number, token: number): number {
  const [high, low] = philox([position >>> 0, token >>> 0], seed >>> 0);
  // 52 bits, and half of one so that neither 0 nor 1 comes out
  const uniform = (high * 2 ** 20 + (low >>> 12) + 0.5) / 2 ** 52;
  return -Math.log(-Math.log(uniform));
}
