// Names of the graph's inputs and outputs; T rows, k tokens mixed per row, A rows of attention, S total length, C capacity, R asked rows.

/** Of every graph. */
export const ports = {
  /** int64 [R]: rows whose logits are wanted */
  rows: 'rows',
  /** float [R, vocabulary] */
  logits: 'logits',
  /** float [R, hidden], after the last norm */
  hidden: 'hidden',
  /** float [1, kvHeads, C, headSize] */
  pastKey: (layer: number) => `past_key_${layer}`,
  pastValue: (layer: number) => `past_value_${layer}`,
} as const;

/** Where keys and values are held beside the graph. */
export const hostPorts = {
  /** int64 [T, k] */
  tokens: 'tokens',
  /** float [T, k]; ones where k = 1 */
  weights: 'weights',
  /** int64 [A]: for each row that attention works on, the row of T it stands for; A ≥ T */
  attendedRows: 'attended_rows',
  /** int64 [S]: the position of each slot; the new rows' are the last A */
  positions: 'positions',
  /** float [1, 1, A, S]; added to the attention scores, 0 or very negative */
  bias: 'attention_bias',
  /** int32 [1]: S - 1 */
  lastIndex: 'last_index',
  /** int32 scalar: S, the past length + A */
  totalLength: 'total_length',
  /** int32 [R, topCount], by falling logit */
  topIds: 'top_ids',
  /** float [R, topCount] */
  topLogits: 'top_logits',
  /** float [R]: logarithm of the sum of exponentials over the whole vocabulary */
  logSumExp: 'log_sum_exp',
  /** float [2 · layers, kvHeads, T, headSize]: the keys, then the values, of each layer's new rows */
  newRows: 'new_rows',
} as const;

/** Where they stay on the device. */
export const devicePorts = {
  /** int32 [T, P]: all there is to know of the rows, in the columns below */
  packed: 'packed',
  /** float [C]: 0, 1, 2, … */
  slots: 'slots',
  /** float [1, kvHeads, C, headSize]: the past with the new rows */
  presentKey: (layer: number) => `present_key_${layer}`,
  presentValue: (layer: number) => `present_value_${layer}`,
  /** float [R, 2 · topCount + 1]: ids by falling logit, the logits, the logarithm of the sum of exponentials */
  answer: 'answer',
} as const;

/** Tokens that one row may mix. */
export const mixtureColumns = 10;
/** What a share is counted in. */
export const shareUnit = 2 ** -24;

/** Columns of `packed`; the first row's count where all are the same. */
export const deviceColumns = {
  /** The row's position. */
  position: 0,
  /** Slot of the last row. */
  lastIndex: 1,
  /** Slot of the second row. */
  secondSlot: 2,
  /** T - 1. */
  lastRow: 3,
  /** First slot behind the chain, and how many there are. */
  tailSlot: 4,
  tailLength: 5,
  tokens: 6,
  shares: 6 + mixtureColumns,
  /** What is added to the row's scores: of slots in the chain, and of each behind it. */
  bias: 6 + 2 * mixtureColumns,
} as const;
