// What the grammar does to completions: the same holes, prompts and model with the constraint and without it, and every item that
// it harmed or mended.

import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { loadModel } from '../../../src/engine/loadModel.ts';
import { openSession } from '../../../src/engine/openSession.ts';
import type { Session } from '../../../src/engine/session.ts';
import { grammarsPath } from '../../support/built.ts';
import { completed } from '../completed.ts';
import { readCorpus, repositoryRoot } from '../corpus.ts';
import { cutHoles } from '../holes.ts';
import { type Item, toJsonLines } from '../items.ts';
import { type ItemScore, scoreItem, summarise } from '../score.ts';
import { bootstrapDifference, mcNemar } from '../statistics.ts';
import { decimal, drawTable } from '../table.ts';
import { NewErrors, type Put } from './newErrors.ts';
import type { GrammarOptions } from './run.ts';

/** One item answered both ways. */
interface Answered {
  readonly id: string;
  readonly with: Run;
  readonly without: Run;
}

interface Run {
  readonly draft: Put | undefined;
  readonly coverage: string;
  readonly emitted: number;
  readonly interventions: number;
  readonly constraintMs: number;
  readonly checks: number;
  readonly passes: number;
  /** From the end of the prompt on. */
  readonly decodeMs: number;
}

/** Cap on decoded tokens by kind, as in the quality gate. */
const maxTokens = { member: 16, line: 48, call: 96, block: 192 } as const;

/** Prompt budgets, a half of the product's: a thousand holes have to be answered twice. */
const budget = { prefixTokens: 512, suffixTokens: 128 } as const;

/** Shares of the kinds of holes. */
const shares = { line: 0.5, member: 0.25, call: 0.125, block: 0.125 } as const;

/** All answers of the last run, for a look at more than the tables show. */
const reportPath = path.join(repositoryRoot, '.cache/bench/grammar-effect.jsonl');

/** Answers all items both ways and prints the tables. */
export async function benchEffect({ holes, seed, modelPath, threads, print }: GrammarOptions): Promise<void> {
  const { files } = await readCorpus();
  const count = (kind: keyof typeof shares): number => Math.round(holes * shares[kind]);
  const counts = { line: count('line'), member: count('member'), call: count('call'), block: count('block') };
  const items = cutHoles(files, { seed, counts });
  const answers = new Map<string, Answered>();
  const cachePath = path.join(repositoryRoot, '.cache/bench/graphs');
  const onProblem = (problem: string): void => print(problem);
  const model = await loadModel({ modelPath, grammarsPath, cachePath, device: 'cpu', threads, onProblem });
  const session = await openSession(model, { onProblem });
  try {
    for (const [index, item] of items.entries()) {
      // in turns, so that neither always finds the other's prompt in the cache
      const first = await answer(session, item, index % 2 === 0);
      const second = await answer(session, item, index % 2 !== 0);
      const [on, off] = index % 2 === 0 ? [first, second] : [second, first];
      answers.set(item.id, { id: item.id, with: on, without: off });
    }
  } finally {
    await model.runner.close();
  }
  print(`\ncompletions with the grammar and without, ${items.length} holes\n${await draw(items, answers)}`);
  await mkdir(path.dirname(reportPath), { recursive: true });
  await writeFile(reportPath, toJsonLines([...answers.values()]));
}

async function answer(session: Session, item: Item, grammar: boolean): Promise<Run> {
  const { path: file, language, prefix, suffix, kind } = item;
  const request = { path: file, language, prefix, suffix, grammar, multiline: reachOf(kind), ...budget };
  const outcome = await completed(session, { ...request, maxTokens: maxTokens[kind] });
  const [draft] = outcome.drafts;
  const { emitted, interventions, constraintMs, constraintChecks, passes } = outcome.counters;
  const { firstDraftMs, contextMs, prefillMs } = outcome.timings;
  return {
    draft: draft && { text: draft.text, replaces: draft.replaces },
    coverage: outcome.grammar,
    emitted,
    interventions,
    constraintMs,
    checks: constraintChecks,
    passes,
    decodeMs: firstDraftMs - contextMs - prefillMs,
  };
}

const reachOf = (kind: Item['kind']): 'line' | 'block' => (kind === 'block' || kind === 'call' ? 'block' : 'line');

interface Judged {
  readonly item: Item;
  readonly run: Run;
  readonly score: ItemScore;
  /** Errors of the document with the draft beyond those of the document as it was written; undefined without a draft. */
  readonly newErrors: number | undefined;
}

async function draw(items: readonly Item[], answers: ReadonlyMap<string, Answered>): Promise<string> {
  const errors = new NewErrors();
  const judge = async (item: Item, run: Run): Promise<Judged> => {
    const { draft } = run;
    const newErrors = draft && (await errors.of(item, draft));
    return { item, run, score: scoreItem(item, draft?.text ?? ''), newErrors };
  };
  const judged = { with: [] as Judged[], without: [] as Judged[] };
  for (const item of items) {
    const answered = answers.get(item.id)!;
    judged.with.push(await judge(item, answered.with));
    judged.without.push(await judge(item, answered.without));
  }
  errors.dispose();
  const { with: on, without: off } = judged;
  const rows = [effectRow('with grammar', on), effectRow('without', off)];
  const header = [
    '',
    'n',
    'EM %',
    'ES',
    'drafts',
    'new errors',
    'parse %',
    'tokens',
    'passes',
    'decode ms',
    'constraint ms/token',
  ];
  const right = (list: readonly Judged[]): boolean[] => list.map(({ score }) => score.exactMatch);
  const { onlyFirst, onlySecond, pValue } = mcNemar(right(on), right(off));
  const { difference, low, high } = bootstrapDifference(
    on.map(({ score }) => score.editSimilarity),
    off.map(({ score }) => score.editSimilarity),
  );
  return [
    drawTable(header, rows),
    `exact matches by one alone: with ${onlyFirst}, without ${onlySecond}, McNemar p = ${decimal(pValue, 3)}`,
    `edit similarity, with − without: ${decimal(difference, 2)} (95 %: ${decimal(low, 2)} to ${decimal(high, 2)})`,
    `coverage: ${coverage(on)}`,
    ...listed(
      'harmed (right without, wrong with)',
      on,
      off,
      (mine, other) => other.score.exactMatch && !mine.score.exactMatch,
    ),
    ...listed(
      'mended (wrong without, right with)',
      on,
      off,
      (mine, other) => mine.score.exactMatch && !other.score.exactMatch,
    ),
    ...listed('new errors in spite of the grammar', on, off, (mine) => (mine.newErrors ?? 0) > 0),
  ].join('\n');
}

function effectRow(name: string, list: readonly Judged[]): string[] {
  const { exactMatch, editSimilarity } = summarise(list.map(({ score }) => score));
  const drafts = list.filter(({ run }) => run.draft !== undefined);
  const broken = drafts.filter(({ newErrors }) => (newErrors ?? 0) > 0);
  const sum = (value: (run: Run) => number): number => list.reduce((total, { run }) => total + value(run), 0);
  const emitted = sum((run) => run.emitted);
  return [
    name,
    String(list.length),
    decimal(exactMatch.mean),
    decimal(editSimilarity.mean),
    String(drafts.length),
    String(broken.length),
    decimal(100 * (1 - broken.length / drafts.length), 2),
    decimal(emitted / list.length, 2),
    decimal(sum((run) => run.passes) / list.length, 2),
    decimal(sum((run) => run.decodeMs) / list.length),
    decimal(sum((run) => run.constraintMs) / emitted, 3),
  ];
}

function coverage(list: readonly Judged[]): string {
  const counts = new Map<string, number>();
  for (const { run } of list) counts.set(run.coverage, (counts.get(run.coverage) ?? 0) + 1);
  return [...counts].map(([name, count]) => `${name} ${count}`).join(', ');
}

function listed(
  title: string,
  on: readonly Judged[],
  off: readonly Judged[],
  chosen: (mine: Judged, other: Judged) => boolean,
): string[] {
  const found = on.flatMap((mine, index) => (chosen(mine, off[index]!) ? [{ mine, other: off[index]! }] : []));
  return [
    `${title}: ${found.length}`,
    ...found.map(({ mine, other }) => {
      const { item, run } = mine;
      const show = (text: string | undefined): string => JSON.stringify(text);
      const before = item.prefix.slice(item.prefix.lastIndexOf('\n') + 1);
      return `  ${item.id}\n    ${show(before)} target ${show(item.target)}\n    with ${show(run.draft?.text)} without ${show(other.run.draft?.text)} rest ${show(item.suffix.slice(0, 30))} (${run.coverage}, ${run.interventions} interventions)`;
    }),
  ];
}
