// What the bench asks of the peer's process and what comes back. One request at a time; token ids go in exactly as given.

export interface PeerOptions {
  readonly threads: number;
  readonly contextTokens: number;
  /** Rows of one llama.cpp batch. */
  readonly batchTokens?: number;
  /** Type of the cached keys and values; llama.cpp's default is F16. */
  readonly cacheType?: 'F16' | 'F32';
  /** Whether `decode` proposes what the prompt has behind the last tokens. Only `prefill` and `decode` may be asked then. */
  readonly lookup?: boolean;
  /** Texts that `draw` continues at a time; one by default. */
  readonly sequences?: number;
}

/** The next token's distribution at one position: logits in descending order, and the log-sum-exp over the vocabulary. */
export interface NextToken {
  readonly ids: Int32Array;
  readonly logits: Float32Array;
  readonly logSumExp: number;
}

export type PeerRequest =
  | { readonly method: 'open'; readonly modelPath: string; readonly options: PeerOptions }
  /** Empties the cache, evaluates `tokens` and picks the next token; answers milliseconds. */
  | { readonly method: 'prefill'; readonly tokens: readonly number[] }
  /** Greedily decodes `count` tokens from where the sequence stands, end tokens included; answers milliseconds. */
  | { readonly method: 'decode'; readonly count: number }
  /** Draws `count` tokens behind `tokens` in each sequence, all in the same batches; answers milliseconds without the prompt. */
  | { readonly method: 'draw'; readonly tokens: readonly number[]; readonly count: number }
  /** Empties the cache and answers `top` logits after each of `tokens`, or all of them. */
  | { readonly method: 'positions'; readonly tokens: readonly number[]; readonly top: number | 'all' }
  /** Appends `tokens` to the sequence, or to an empty one, and answers the distribution after the last. */
  | {
      readonly method: 'next';
      readonly tokens: readonly number[];
      readonly isNew: boolean;
      readonly top: number | 'all';
    }
  /** Evaluates the sequence's last token once more, to answer more logits of the same position. */
  | { readonly method: 'again'; readonly top: number | 'all' }
  | { readonly method: 'residentBytes' };

/** Answers by method. */
export interface PeerAnswers {
  readonly open: PeerFacts;
  readonly prefill: number;
  readonly decode: readonly [milliseconds: number, tokens: readonly number[]];
  readonly draw: number;
  readonly positions: readonly NextToken[];
  readonly next: NextToken;
  readonly again: NextToken;
  readonly residentBytes: number;
}

export interface PeerFacts {
  /** Release of llama.cpp inside the prebuilt binary. */
  readonly release: string;
  readonly threads: number;
}
