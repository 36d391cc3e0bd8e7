/** The probability behind a natural logarithm, in whole per cent. */
export function percentOf(logProb: number): string {
  const share = Math.exp(logProb) * 100;
  return share < 1 ? '<1 %' : `${Math.round(share)} %`;
}
