// Models that do not know how to go on repeat themselves, and are the surer of it the longer they do.

/** Longest stretch that is looked for. */
const longestPeriod = 12;
/** A stretch that is said so often, and in so many tokens together, leads nowhere: code repeats itself, but with differences. */
const leastRepeats = 4;
const leastTokens = 16;

/** Whether `tokens` end in the same few over and over. */
export function endsInLoop(tokens: readonly number[]): boolean {
  for (let period = 1; period <= longestPeriod; period++)
    if (isPeriodic(tokens, period, Math.max(leastTokens, leastRepeats * period))) return true;
  return false;
}

/** Whether each of the last `length` tokens stands `period` tokens before as well, as far as that is among them. */
function isPeriodic(tokens: readonly number[], period: number, length: number): boolean {
  const start = tokens.length - length;
  if (start < 0) return false;
  for (let at = tokens.length - 1; at >= start + period; at--) if (tokens[at] !== tokens[at - period]) return false;
  return true;
}
