// Asks a session for an item as the editor asks for a document of a project.

import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { loadModel } from '../../../src/engine/loadModel.ts';
import { openSession } from '../../../src/engine/openSession.ts';
import { Session } from '../../../src/engine/session.ts';
import type { Oracle } from '../../../src/language/oracle.ts';
import type { DocumentPlace, MonitorCoverage } from '../../../src/protocol/messages.ts';
import { grammarsPath } from '../../support/built.ts';
import { completed } from '../completed.ts';
import { repositoryRoot } from '../corpus.ts';
import type { HoleKind, Item } from '../items.ts';
import type { Shown } from './facts.ts';
import { absolutePath, type Project } from './projects.ts';
import type { MonitorOptions } from './run.ts';
import type { MonitorCounters } from './verdicts.ts';

/** Cap on decoded tokens by kind, as in the quality gate. */
const maxTokens: Readonly<Record<HoleKind, number>> = { member: 16, line: 48, call: 96, block: 192 };

/** Prompt budgets, a half of the product's, as where the grammar's effect is measured. */
export const smallBudget = { prefixTokens: 512, suffixTokens: 128 } as const;

export interface Asking {
  readonly monitor: boolean;
  /** The product's own where it is left out. */
  readonly monitorMs?: number;
  readonly budget?: { readonly prefixTokens: number; readonly suffixTokens: number };
  /** One where it is left out. */
  readonly drafts?: number;
}

export interface Answer {
  readonly shown: Shown;
  /** All drafts, the one that is shown first. */
  readonly drafts: readonly NonNullable<Shown>[];
  readonly coverage: MonitorCoverage;
  readonly firstDraftMs: number;
  readonly counters: MonitorCounters;
}

export function documentOf(project: Project, item: Pick<Item, 'path'>): DocumentPlace {
  return {
    uri: pathToFileURL(absolutePath(project, item.path)).href,
    folders: [pathToFileURL(project.folder).href],
    isTrusted: true,
  };
}

export async function ask(session: Session, project: Project, item: Item, asking: Asking): Promise<Answer> {
  const { path: file, language, prefix, suffix, kind } = item;
  const { monitor, monitorMs, budget, drafts: count = 1 } = asking;
  const multiline = kind === 'block' || kind === 'call' ? 'block' : 'line';
  const limits = { maxTokens: maxTokens[kind], drafts: count, ...budget };
  const request = { path: file, language, prefix, suffix, multiline, ...limits } as const;
  const facts = { document: documentOf(project, item), monitor, ...(monitorMs === undefined ? {} : { monitorMs }) };
  const outcome = await completed(session, { ...request, ...facts });
  const drafts = outcome.drafts.map(({ text, replaces }) => ({ text, replaces }));
  const { monitorQueries, monitorMs: waitedMs, monitorHits, monitorReleased } = outcome.counters;
  return {
    shown: drafts[0],
    drafts,
    coverage: outcome.monitor,
    firstDraftMs: outcome.timings.firstDraftMs,
    counters: { monitorQueries, monitorMs: waitedMs, monitorHits, monitorReleased },
  };
}

/** Runs `work` with a warm session of the model that is benchmarked. */
export async function withSession<T>(
  options: Pick<MonitorOptions, 'modelPath' | 'threads' | 'print'>,
  work: (session: Session) => Promise<T>,
): Promise<T> {
  const { modelPath, threads, print } = options;
  const cachePath = path.join(repositoryRoot, '.cache/bench/graphs');
  const onProblem = (problem: string): void => print(problem);
  const model = await loadModel({ modelPath, grammarsPath, cachePath, device: 'cpu', threads, onProblem });
  const session = await openSession(model, { onProblem });
  try {
    await session.runner.warmUp(new AbortController().signal);
    return await work(session);
  } finally {
    session.oracle.dispose();
    await session.runner.close();
  }
}

/** The session with another to ask for facts. The one it is made of must not be used beside it: they share a model. */
export function withOracle(session: Session, oracle: Oracle): Session {
  const { runner, tokenizer, layout, texts, grammars, keepCase } = session;
  return new Session({ runner, tokenizer, layout, texts, grammars, oracle, keepCase });
}
