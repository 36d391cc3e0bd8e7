// Items and answers → verdicts and their sums: pure functions, as in score.ts, which judges the text.

import { quantile } from 'simple-statistics';
import type { Counters, MonitorCoverage } from '../../../src/protocol/messages.ts';
import { type ItemScore, scoreItem, summarise } from '../score.ts';
import { bootstrapDifference, mcNemar } from '../statistics.ts';
import { decimal } from '../table.ts';
import type { Facts, Shown } from './facts.ts';
import { type MonitorItem, wholeName } from './items.ts';

/** What monitors did to one answer. */
export type MonitorCounters = Pick<Counters, 'monitorQueries' | 'monitorMs' | 'monitorHits' | 'monitorReleased'>;

export interface Verdict {
  readonly item: MonitorItem;
  readonly shown: Shown;
  readonly facts: Facts;
  /** Of the whole name where a part of it was typed. */
  readonly score: ItemScore;
  readonly counters: MonitorCounters;
  readonly coverage: MonitorCoverage;
  /** Whether the oracle knows all names that can stand at the hole. */
  readonly isInformed: boolean;
}

export function verdictOf(
  item: MonitorItem,
  facts: Facts,
  { shown, counters, coverage, isInformed }: Pick<Verdict, 'shown' | 'counters' | 'coverage' | 'isInformed'>,
): Verdict {
  const whole = wholeName(item, shown?.text ?? '');
  return {
    item,
    shown,
    facts,
    counters,
    coverage,
    isInformed,
    score: scoreItem(whole.item, shown === undefined ? '' : whole.predicted),
  };
}

export const isMissing = ({ facts }: Verdict): boolean => facts.member === 'missing';
export const isExact = ({ score }: Verdict): boolean => score.exactMatch;
const isNextRight = ({ score }: Verdict): boolean => score.nextIdentifierMatch === true;

/** Whether a draft was shown with which the file has no error that it did not have. */
export const compiles = ({ facts }: Verdict): boolean => facts.newErrors?.length === 0;

export const verdictHeader: readonly string[] = [
  '',
  'n',
  'drafts',
  'unresolved',
  'unresolved %',
  'inside %',
  'NIM %',
  'EM %',
  'ES',
  'compile %',
  'of drafts %',
];

/** One line of the table: all verdicts of one variant. */
export function verdictRow(name: string, verdicts: readonly Verdict[]): string[] {
  const { exactMatch, editSimilarity, nextIdentifierMatch } = summarise(verdicts.map(({ score }) => score));
  const shown = verdicts.filter((each) => each.shown !== undefined);
  const named = verdicts.filter(({ facts }) => facts.member === 'exists' || facts.member === 'missing');
  const missing = named.filter(isMissing).length;
  const accessed = verdicts.reduce((sum, { facts }) => sum + facts.accessed, 0);
  const inside = verdicts.reduce((sum, { facts }) => sum + facts.missing.length, 0);
  const asked = verdicts.filter(({ facts }) => facts.newErrors !== undefined);
  const compiled = verdicts.filter(compiles).length;
  const wanted = verdicts.filter(({ item }) => isCompiled(item)).length;
  return [
    name,
    String(verdicts.length),
    String(shown.length),
    String(missing),
    share(missing, named.length, 2),
    share(inside, accessed, 2),
    decimal(nextIdentifierMatch.mean),
    decimal(exactMatch.mean),
    decimal(editSimilarity.mean),
    share(compiled, wanted),
    share(compiled, asked.length),
  ];
}

/** Whether the file with the item's draft is compiled. */
const isCompiled = ({ kind, language }: MonitorItem): boolean => kind !== 'member' && language === 'typescript';

const share = (part: number, whole: number, decimals = 1): string =>
  decimal(whole === 0 ? undefined : (100 * part) / whole, decimals);

/** How two variants of the same items differ; `first` is the one with monitors. */
export function comparison(first: readonly Verdict[], second: readonly Verdict[]): string[] {
  const test = (name: string, of: (verdict: Verdict) => boolean, only: (verdict: Verdict) => boolean = () => true) => {
    const pairs = first.flatMap((one, index) => (only(one) ? [[of(one), of(second[index]!)] as const] : []));
    if (pairs.length === 0) return [];
    const { onlyFirst, onlySecond, pValue } = mcNemar(
      pairs.map(([one]) => one),
      pairs.map(([, other]) => other),
    );
    return [`${name}, by one alone: with ${onlyFirst}, without ${onlySecond}, McNemar p = ${decimal(pValue, 4)}`];
  };
  const { difference, low, high } = bootstrapDifference(
    first.map(({ score }) => score.editSimilarity),
    second.map(({ score }) => score.editSimilarity),
  );
  const isMember = ({ item }: Verdict): boolean => item.kind === 'member';
  return [
    ...test('unresolved names', isMissing, isMember),
    ...test('next identifier right', isNextRight),
    ...test('exact', isExact),
    ...test('compiles', compiles, ({ item }) => isCompiled(item)),
    `edit similarity, with − without: ${decimal(difference, 2)} (95 %: ${decimal(low, 2)} to ${decimal(high, 2)})`,
  ];
}

/** What the monitors did in all. */
export function countersLine(verdicts: readonly Verdict[]): string {
  const sum = (of: (counters: MonitorCounters) => number): number =>
    verdicts.reduce((total, { counters }) => total + of(counters), 0);
  const waits = verdicts.map(({ counters }) => counters.monitorMs);
  const waited = waits.filter((ms) => ms > 0).length;
  const p95 = waits.length === 0 ? undefined : quantile(waits, 0.95);
  return [
    `questions ${sum((each) => each.monitorQueries)}`,
    `tokens passed over ${sum((each) => each.monitorHits)}`,
    `places where nothing known was probable ${sum((each) => each.monitorReleased)}`,
    `not on at ${verdicts.filter(({ coverage }) => coverage !== 'on').length}`,
    `drafts that waited ${waited} of ${verdicts.length} (p95 ${decimal(p95)} ms)`,
  ].join(', ');
}

/** The items at which the variants differ as `chosen` says, each with its text both ways. */
export function listed(
  title: string,
  first: readonly Verdict[],
  second: readonly Verdict[],
  chosen: (one: Verdict, other: Verdict) => boolean,
): string[] {
  const found = first.flatMap((one, index) => (chosen(one, second[index]!) ? [{ one, other: second[index]! }] : []));
  return [
    `${title}: ${found.length}`,
    ...found.map(({ one, other }) => {
      const { item, counters, coverage } = one;
      const show = (text: string | undefined): string => JSON.stringify(text) ?? 'nothing';
      const before = item.prefix.slice(item.prefix.lastIndexOf('\n') + 1);
      const { monitorQueries, monitorHits, monitorReleased } = counters;
      const errors = [...one.facts.missing.map((name) => `no ${name}`), ...(one.facts.newErrors ?? [])];
      return [
        `  ${item.id}`,
        `    ${show(before)} target ${show(item.target)}`,
        `    with ${show(one.shown?.text)} without ${show(other.shown?.text)} rest ${show(item.suffix.slice(0, 30))}`,
        `    ${monitorQueries} questions, ${monitorHits} passed over, ${monitorReleased} without one that is probable (${coverage})${errors.map((error) => `; ${error.split('\n', 1)[0]}`).join('')}`,
      ].join('\n');
    }),
  ];
}
