// How the benches of drafts ask: the prompt is in the cache, as after a keystroke, and the package of the hole is known.
import type { Session } from '../../../src/engine/session.ts';
import type { CompletionRequest, Sampling } from '../../../src/protocol/messages.ts';
import { type Completed, completed } from '../completed.ts';
import type { Item } from '../items.ts';
import { withSession } from '../monitor/asking.ts';
import { type BenchOptions, budget, cutWork, openWorkspace } from '../speculation/work.ts';

/** Nucleus sampling as it is usual for several completions of code. */
const nucleus = { temperature: 0.8, topP: 0.95 } as const;

export function ask(session: Session, item: Item, changes: Partial<CompletionRequest>): Promise<Completed> {
  const { path, language, prefix, suffix, kind } = item;
  const multiline = kind === 'block' ? 'block' : 'line';
  return completed(session, { path, language, prefix, suffix, multiline, ...budget, ...changes });
}

/** Calls `use` for each hole, with the files of its package known and its prompt in the cache; `index` counts within a package. */
export async function withHoles(
  options: BenchOptions,
  use: (session: Session, item: Item, index: number) => Promise<void>,
): Promise<void> {
  const work = await cutWork(options);
  await withSession(options, async (session) => {
    const known = [{ name: 'all', speculation: session.speculation, hasWorkspace: true }];
    for (const { files, items } of work) {
      openWorkspace(session, known, files);
      for (const [index, item] of items.entries()) {
        await ask(session, item, { maxTokens: 1, speculate: false });
        await use(session, item, index);
      }
    }
  });
}

/** As many texts as there are seeds, drawn one after another. */
export async function sample(
  session: Session,
  item: Item,
  count: number,
  changes: Partial<CompletionRequest>,
): Promise<Completed[]> {
  const answers: Completed[] = [];
  for (let seed = 1; seed <= count; seed++) {
    const sampling: Sampling = { ...nucleus, seed };
    answers.push(await ask(session, item, { ...changes, sampling }));
  }
  return answers;
}
