// What the extension noted in its log → how fast the editor's questions were answered, and what came after acceptances.

/** An answer to a question of the editor's. */
export interface Reply {
  readonly source: 'engine' | 'memory' | 'prepared';
  readonly shown: number;
  readonly latencyMs: number;
}

/** An acceptance: the first answer after it, and the first with something to show before the next acceptance. */
export interface Followed {
  readonly first: Reply | undefined;
  readonly shown: Reply | undefined;
}

export interface Replies {
  readonly accepted: readonly Followed[];
  /** Answers that are neither of an acceptance's. */
  readonly others: readonly Reply[];
}

const note = /\[trace\] (?:(accepted)|(engine|memory|prepared): (\d+) shown after ([\d.]+) ms)$/;

/** Reads log lines, oldest first. */
export function readReplies(lines: readonly string[]): Replies {
  const accepted: { first: Reply | undefined; shown: Reply | undefined }[] = [];
  const others: Reply[] = [];
  for (const line of lines) {
    const [whole, isAccepted, source, shown, latencyMs] = note.exec(line) ?? [];
    if (whole === undefined) continue;
    if (isAccepted !== undefined) {
      accepted.push({ first: undefined, shown: undefined });
      continue;
    }
    const reply = { source: source as Reply['source'], shown: Number(shown), latencyMs: Number(latencyMs) };
    const last = accepted.at(-1);
    if (last === undefined || last.shown !== undefined) others.push(reply);
    else {
      last.first ??= reply;
      if (reply.shown > 0) last.shown = reply;
    }
  }
  return { accepted, others };
}
