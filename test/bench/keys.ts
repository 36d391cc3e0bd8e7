// What a key costs the prompt: blocks of real files are typed into an editor that closes brackets, and every key's prompt is compared
// with that of the key before. No model is asked.
import { quantile } from 'simple-statistics';
import { gather } from '../../src/context/gather.ts';
import { loadTokenizer, type Tokenizer } from '../../src/model/tokenizer.ts';
import type { Anchor } from '../../src/prompt/anchor.ts';
import { type Layout, layoutFor } from '../../src/prompt/layouts.ts';
import { render } from '../../src/prompt/render.ts';
import { type Typed, typeInto } from './autoClosing.ts';
import { readCorpus } from './corpus.ts';
import { cutHoles } from './holes.ts';
import type { Item } from './items.ts';
import type { BenchOptions } from './speculation/work.ts';
import { decimal, drawTable } from './table.ts';

const budget = { prefixTokens: 1024, suffixTokens: 256, excerptTokens: 0 } as const;
/** A prompt of which the one before has less than this share is new. */
const leastShared = 0.5;

interface Key {
  readonly isEnter: boolean;
  readonly computed: number;
  readonly isNew: boolean;
  readonly renderMs: number;
}

/** Blocks whose typing ends in the file as it is: brackets in strings, which editors do not close, may leave some behind. */
function typedBlocks(items: readonly Item[]): { readonly item: Item; readonly steps: readonly Typed[] }[] {
  return items.flatMap((item) => {
    const { prefix, target, suffix } = item;
    const steps = [...typeInto(prefix, target.trimEnd(), suffix)];
    const last = steps.at(-1);
    return last?.after === suffix ? [{ item, steps }] : [];
  });
}

function keysOf({ path, language }: Item, steps: readonly Typed[], layout: Layout, tokenizer: Tokenizer): Key[] {
  let anchor: Anchor | undefined;
  let last: readonly number[] = [];
  const keys = steps.map(({ before, after, isEnter }) => {
    const startMs = performance.now();
    const context = gather({ path, language, prefix: before, suffix: after });
    const prompt = render(context, layout, budget, tokenizer, anchor);
    const renderMs = performance.now() - startMs;
    anchor = prompt.anchor;
    const { tokens } = prompt;
    const parting = tokens.findIndex((token, at) => token !== last[at]);
    const shared = parting < 0 ? tokens.length : parting;
    last = tokens;
    return { isEnter, computed: tokens.length - shared, isNew: shared < leastShared * tokens.length, renderMs };
  });
  // the first prompt of a block is new whatever is typed
  return keys.slice(1);
}

/** Types as many blocks as `holes` says and prints what their keys cost. */
export async function benchKeys({ holes, modelPath, seed, print }: BenchOptions): Promise<void> {
  const tokenizer = await loadTokenizer(modelPath);
  const items = cutHoles((await readCorpus()).files, { seed, counts: { block: holes } });
  const blocks = typedBlocks(items);
  const rows = [
    ['suffix first', 'palimpsest-135m'],
    ['prefix first, an anchor', ''],
  ].map(([name, model]) => {
    const layout = layoutFor(model!, tokenizer)!;
    const keys = blocks.flatMap(({ item, steps }) => keysOf(item, steps, layout, tokenizer));
    const [enters, others] = [keys.filter(({ isEnter }) => isEnter), keys.filter(({ isEnter }) => !isEnter)];
    const computed = keys.reduce((sum, key) => sum + key.computed, 0);
    const newOf = (some: readonly Key[]): string => `${some.filter(({ isNew }) => isNew).length} of ${some.length}`;
    const times = keys.map(({ renderMs }) => renderMs);
    return [
      name!,
      newOf(enters),
      newOf(others),
      decimal(computed / keys.length, 1),
      ...[0.5, 0.99].map((share) => decimal(quantile(times, share), 2)),
    ];
  });
  const header = [
    'prompts',
    'new behind Enter',
    'behind other keys',
    'tokens computed a key',
    'rendered in, ms p50',
    'p99',
  ];
  print(`\n${blocks.length} of ${items.length} blocks, typed\n${drawTable(header, rows)}`);
}
