// Decoding alone: the greedy tokens behind the same prompts, up to 64 and no further than the first special token, by ours with and
// without proposals and by llama.cpp plain and with its own lookup in the prompt, in turns.
import type { Gate } from '../../../src/draft/drafter.ts';
import { mostRows } from '../../../src/draft/passCost.ts';
import { sourceNames } from '../../../src/draft/source.ts';
import type { Session } from '../../../src/engine/session.ts';
import { CheapRows } from '../../support/cheapRows.ts';
import type { Item } from '../items.ts';
import { withSession } from '../monitor/asking.ts';
import { openPeer, type Peer } from '../peer.ts';
import { decimal, drawTable } from '../table.ts';
import {
  type BenchOptions,
  cutWork,
  ggufOf,
  openWorkspace,
  promptOf,
  type Variant,
  variant,
  type Workspace,
} from './work.ts';

const mostTokens = 64;
/** UTF-16 units before the cursor that sources look at, as in the product. */
const contextLength = 400;

interface Sum {
  readonly name: string;
  tokens: number;
  ms: number;
  passes: number;
  rows: number;
  lookMs: number;
  /** Holes whose tokens are others than ours without proposals. */
  others: number;
}

const nothing = (name: string): Sum => ({ name, tokens: 0, ms: 0, passes: 0, rows: 0, lookMs: 0, others: 0 });

/** Decodes behind all holes by all engines and prints a table. */
export async function benchDecode(options: BenchOptions): Promise<void> {
  const { threads, print, modelPath, holes } = options;
  const gguf = ggufOf(modelPath);
  const peerOptions = { threads, contextTokens: 2048 };
  const plain = await openPeer(gguf, peerOptions);
  const lookup = await openPeer(gguf, { ...peerOptions, lookup: true });
  try {
    const work = await cutWork(options);
    const sums = await withSession(options, (session) => decodeAll(session, work, [plain, lookup]));
    print(`\ndecoding alone, ${holes} holes, at most ${mostTokens} tokens\n${draw(sums)}`);
  } finally {
    await Promise.all([plain.dispose(), lookup.dispose()]);
  }
}

async function decodeAll(
  session: Session,
  work: readonly Workspace[],
  [plain, lookup]: readonly [Peer, Peer],
): Promise<Sum[]> {
  const variants = [
    variant(session, 'none', [], false),
    variant(session, 'suffix, open files', ['suffix'], false),
    variant(session, 'suffix, workspace', ['suffix'], true),
    variant(session, 'recycled', ['recycled'], false),
    variant(session, 'all', sourceNames, true),
    variant(session, 'all, 16 rows', sourceNames, true, { cost: new CheapRows(16) }),
    variant(session, 'all, a tree of 16', sourceNames, true, { cost: new CheapRows(16), width: 4 }),
    variant(session, `all, a tree of ${mostRows}`, sourceNames, true, { cost: new CheapRows(mostRows), width: 4 }),
  ];
  const ours = variants.map((each) => ({ variant: each, sum: nothing(each.name) }));
  const peers = [
    { peer: plain, sum: nothing('llama.cpp') },
    { peer: lookup, sum: nothing('llama.cpp, lookup') },
  ];
  for (const { files, items } of work) {
    openWorkspace(session, variants, files);
    for (const item of items) {
      const prompt = promptOf(session, item);
      let expected: readonly number[] | undefined;
      for (const each of ours) {
        const tokens = await decode(session, each.variant, item, prompt, each.sum);
        expected ??= tokens;
        if (String(tokens) !== String(expected)) each.sum.others++;
      }
      for (const { peer, sum } of peers) {
        await peer.prefill(prompt);
        const { milliseconds, tokens } = await peer.decode(expected!.length);
        sum.tokens += tokens.length;
        sum.ms += milliseconds;
        // plain, it counts from the token that the prompt itself gave
        const same = peer === plain ? [tokens.slice(0, -1), expected!.slice(1)] : [tokens, expected!];
        if (String(same[0]) !== String(same[1])) sum.others++;
      }
    }
  }
  return [...ours, ...peers].map(({ sum }) => sum);
}

/** The most probable tokens, each after all before it, behind a prompt that is in the cache. */
async function decode(
  session: Session,
  { speculation, name }: Variant,
  item: Item,
  prompt: readonly number[],
  sum: Sum,
): Promise<readonly number[]> {
  const { tokenizer } = session;
  const { signal } = new AbortController();
  session.speculation = speculation;
  await speculation.learnDocument({ key: item.path, before: item.prefix, after: item.suffix });
  const context = tokenizer.encode(item.prefix.slice(-contextLength));
  await session.runner.prefill(prompt, signal, false);
  // the last row again, as a request whose prompt is in the cache has it
  session.runner.rewind(prompt.length - 1);
  const gate: Gate = { ends: (token) => tokenizer.vocabulary.isSpecial(token), after: () => gate };
  const said: number[] = [];
  const startMs = performance.now();
  while (said.length < mostTokens) {
    const lookMs = performance.now();
    const most = Math.min(mostRows, mostTokens - said.length) - 1;
    const place = { context: [...context, ...said], forced: '', most, gate };
    const proposals = name === 'none' ? [] : speculation.propose(place);
    sum.lookMs += performance.now() - lookMs;
    const tokens = [...prompt, ...said];
    const rows = await session.runner.verify(tokens, proposals, signal);
    const from = said.length;
    for (let at = -1; ; ) {
      const token = rows[at + 1]!.topIds[0]!;
      said.push(token);
      const next = proposals.findIndex((proposal) => proposal.parent === at && proposal.token === token);
      if (next < 0) break;
      at = next;
    }
    speculation.learnPass(tokens, proposals, rows);
    speculation.learnOutcome(proposals, said.slice(from));
    sum.passes++;
    sum.rows += rows.length;
    if (tokenizer.vocabulary.isSpecial(said.at(-1)!)) break;
  }
  sum.ms += performance.now() - startMs;
  sum.tokens += said.length;
  return said;
}

const header = ['engine', 'tokens/s', 'of none', 'tokens a pass', 'rows a pass', 'looking, ms a pass', 'other tokens'];

function draw(sums: readonly Sum[]): string {
  const speed = ({ tokens, ms }: Sum): number => (1000 * tokens) / ms;
  return drawTable(
    header,
    sums.map((sum) => {
      const aPass = (of: number, digits: number): string => decimal(sum.passes ? of / sum.passes : undefined, digits);
      return [
        sum.name,
        decimal(speed(sum)),
        decimal(speed(sum) / speed(sums[0]!), 2),
        aPass(sum.tokens, 2),
        aPass(sum.rows, 2),
        aPass(sum.lookMs, 3),
        String(sum.others),
      ];
    }),
  );
}
