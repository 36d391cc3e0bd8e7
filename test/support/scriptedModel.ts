// A model from a table: after a text it says another, token by token, as a real one would through the same interface.
import type { DecoderConfig } from '../../src/model/format/weights.ts';
import { type Model, type RowLogits, type Rows, topCount } from '../../src/model/model.ts';
import { SlotTree } from '../../src/model/slotTree.ts';
import type { Tokenizer } from '../../src/model/tokenizer.ts';

/** What the model says after a text, the most probable first; the empty string ends the text. */
export type Script = (text: string) => string | readonly string[];

/**
 * The text that follows the last occurrence of a key, and nothing anywhere else. Where there are several, those are probable
 * that go on what was said, the first most.
 */
export function says(table: Readonly<Record<string, string | readonly string[]>>): Script {
  return (text) => {
    for (const [after, then] of Object.entries(table)) {
      const at = text.lastIndexOf(after);
      if (at < 0) continue;
      const said = text.slice(at + after.length);
      const rests = [then].flat().filter((each) => each.startsWith(said));
      if (rests.length > 0) return rests.map((each) => each.slice(said.length));
    }
    return '';
  };
}

const config: DecoderConfig = {
  architecture: 'llama',
  name: 'palimpsest-135m',
  layers: 1,
  hidden: 32,
  heads: 1,
  kvHeads: 1,
  headSize: 32,
  intermediate: 32,
  vocabulary: 49152,
  contextTokens: 2048,
  norm: 'rms',
  normEpsilon: 1e-5,
  feedForward: 'gated',
  activation: 'silu',
  ropeTheta: 10000,
  attentionBias: false,
  attentionOutputBias: false,
  feedForwardBias: false,
  tiedHead: true,
};

const likely = 10;
const possible = 5;

export interface ScriptedModel extends Model {
  /** Rows of every pass so far. */
  readonly passes: readonly number[];
  /** Called before each pass, for tests that interfere. */
  onPass: () => void;
}

/** `endToken` is what the model says when the script says nothing. */
export function scriptedModel(tokenizer: Tokenizer, script: Script, endToken = 0): ScriptedModel {
  const tokens: number[] = [];
  const passes: number[] = [];
  const { vocabulary } = tokenizer;

  const slots = new SlotTree();
  const pathTo = (slot: number): number[] => (slot < 0 ? [] : [...pathTo(slots.parent(slot)), tokens[slot]!]);

  const next = (slot: number): readonly { token: number; text: string }[] =>
    [script(vocabulary.decode(pathTo(slot)))]
      .flat()
      .map((text) => ({ token: text === '' ? endToken : tokenizer.encode(text)[0]!, text }));
  /** Tokens that begin a text to be said are possible, the canonical ones are likely. */
  const fullLogits = (slot: number): Float32Array => {
    const logits = new Float32Array(config.vocabulary);
    const choices = next(slot);
    for (const { text } of choices)
      for (const id of vocabulary.withPrefix(new TextEncoder().encode(text))) {
        const bytes = vocabulary.bytesOf(id);
        if (text !== '' && bytes.length <= text.length) logits[id] = possible + bytes.length / 100;
      }
    for (const [rank, { token }] of choices.entries()) logits[token] = Math.max(logits[token]!, likely - rank);
    return logits;
  };

  const model: ScriptedModel = {
    config,
    device: 'cpu',
    threads: 1,
    passes,
    onPass: () => {},
    cache: {
      maxLength: config.contextTokens,
      get length() {
        return tokens.length;
      },
      truncate: (length) => {
        tokens.length = length;
        slots.truncate(length);
      },
    },
    forward: async (rows: Rows): Promise<RowLogits> => {
      model.onPass();
      await new Promise((resolve) => setImmediate(resolve));
      const past = tokens.length;
      const own = heaviest(rows);
      slots.append(rows.parents ?? own.map((_, row) => past + row - 1));
      tokens.push(...own);
      passes.push(own.length);
      const wanted = rows.wanted ?? own.map((_, i) => i);
      const topIds = new Int32Array(wanted.length * topCount);
      const topLogits = new Float32Array(wanted.length * topCount);
      const logits = new Float32Array(wanted.length * config.vocabulary);
      for (const [r, row] of wanted.entries()) {
        const all = fullLogits(past + row);
        logits.set(all, r * config.vocabulary);
        const order = Array.from(all.keys())
          .filter((id) => all[id]! > 0)
          .sort((a, b) => all[b]! - all[a]!)
          .slice(0, topCount);
        for (let i = 0; i < topCount; i++) {
          topIds[r * topCount + i] = order[i] ?? i;
          topLogits[r * topCount + i] = all[order[i] ?? i]!;
        }
      }
      const logSumExp = Float32Array.from(wanted, (_, r) =>
        Math.log(topLogits.slice(r * topCount, (r + 1) * topCount).reduce((sum, logit) => sum + Math.exp(logit), 0)),
      );
      return { topIds, topLogits, logSumExp, ...(rows.fetch?.logits && { logits }) };
    },
    close: async () => {},
  };
  return model;
}

/** A token for each row: of those that are mixed, the one with the largest share. */
function heaviest({ tokens, mixture }: Rows): readonly number[] {
  if (mixture === undefined) return tokens;
  const { width, weights } = mixture;
  return Array.from({ length: tokens.length / width }, (_, row) => {
    const own = weights.subarray(row * width, (row + 1) * width);
    return tokens[row * width + own.indexOf(Math.max(...own))]!;
  });
}
