// Cuts text to a token budget at line starts, in places that stay put while the user types: a moved cut costs the whole cache.

/** Tokens a text takes; cut places are chosen by lines, so it may be asked line by line. */
export type CountTokens = (text: string) => number;

/** A prefix that is cut anew keeps between this share of its budget and all of it. */
const leastShare = 0.75;
/** A cut that is there already stays while this share is behind it. */
const leastShareThere = 0.5;

/**
 * The tail of `text` in at most `budget` tokens, from a line start. Among the lines that leave between three quarters of
 * the budget and all of it the one with the least hash is taken: as the text grows the same line wins until it falls out of
 * the budget (content-defined chunking, Muthitacharoen et al. 2001), so the cut seldom moves. The tokens of a word that is being typed
 * become more and fewer, and with them the lines that come into question: so a cut that is `there` stays while it is any good.
 */
export function cutPrefix(text: string, budget: number, count: CountTokens, there?: number): string {
  let tokens = 0;
  let best = text.length;
  let bestRank = Number.POSITIVE_INFINITY;
  for (let end = text.length; end > 0; ) {
    // before the first character there is no line break, though `lastIndexOf` would look at it
    const start = end < 2 ? 0 : text.lastIndexOf('\n', end - 2) + 1;
    const line = text.slice(start, end);
    tokens += count(line);
    if (tokens > budget) return text.slice(best);
    if (start === there && tokens >= budget * leastShareThere) return text.slice(start);
    const rank = tokens < budget * leastShare ? 2 ** 32 : lineRank(line);
    if (rank <= bestRank) {
      best = start;
      bestRank = rank;
    }
    end = start;
  }
  return text;
}

/** The head of `text` in at most `budget` tokens, to a line end. */
export function cutSuffix(text: string, budget: number, count: CountTokens): string {
  let tokens = 0;
  for (let start = 0; start < text.length; ) {
    const newline = text.indexOf('\n', start);
    const end = newline < 0 ? text.length : newline + 1;
    tokens += count(text.slice(start, end));
    if (tokens > budget) return text.slice(0, start);
    start = end;
  }
  return text;
}

/** FNV-1a; unindented lines come first, since a prompt reads best from the start of a declaration. */
function lineRank(line: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < line.length; i++) hash = Math.imul(hash ^ line.charCodeAt(i), 0x01000193);
  const share = (hash >>> 0) / 2;
  return /^\S/.test(line) ? share : share + 2 ** 31;
}
