/** Names of the graph's inputs and outputs; T rows, k tokens mixed per row, A rows of attention, S total length, C capacity, R asked rows. */
export const ports = {
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
  /** int64 [R]: rows whose logits are wanted */
  rows: 'rows',
  /** int32 [R, topCount], by falling logit */
  topIds: 'top_ids',
  /** float [R, topCount] */
  topLogits: 'top_logits',
  /** float [R]: logarithm of the sum of exponentials over the whole vocabulary */
  logSumExp: 'log_sum_exp',
  /** float [R, vocabulary] */
  logits: 'logits',
  /** float [R, hidden], after the last norm */
  hidden: 'hidden',
  /** float [1, kvHeads, C, headSize] */
  pastKey: (layer: number) => `past_key_${layer}`,
  pastValue: (layer: number) => `past_value_${layer}`,
  /** float [2 · layers, kvHeads, T, headSize]: the keys, then the values, of each layer's new rows */
  newRows: 'new_rows',
} as const;
