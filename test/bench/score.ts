// Scores predictions against targets: a pure function of both. Metrics as in repository-level completion benchmarks:
// exact match, edit similarity, next-identifier match, and the shares of leading identifiers and tokens that match.

import { distance } from 'fastest-levenshtein';
import { type HoleKind, holeKinds, type Item, type Prediction, predictedText } from './items.ts';
import { type Estimate, estimate } from './statistics.ts';
import { stopAt } from './stopRule.ts';

/** Scores of one item. The identifier scores are undefined where the target holds no identifier. */
export interface ItemScore {
  readonly id: string;
  readonly kind: HoleKind;
  readonly language: string;
  readonly exactMatch: boolean;
  /** 0 to 100. */
  readonly editSimilarity: number;
  readonly nextIdentifierMatch: boolean | undefined;
  /** 0 to 1. */
  readonly identifierSequenceMatch: number | undefined;
  /** 0 to 1. */
  readonly prefixMatch: number;
}

/** Means over items; yes/no metrics and shares as percentages. */
export interface ScoreSummary {
  readonly exactMatch: Estimate;
  readonly editSimilarity: Estimate;
  readonly nextIdentifierMatch: Estimate;
  readonly identifierSequenceMatch: Estimate;
  readonly prefixMatch: Estimate;
}

const codeToken = /[\p{ID_Start}$_][\p{ID_Continue}$]*|\d[\w.]*|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|[^\s]/gu;

const keywords = new Set(
  (
    'abstract and any as assert async await boolean break case catch class const continue declare def default del delete do ' +
    'elif else enum except export extends false False finally for from function global if implements import in instanceof ' +
    'interface is keyof lambda let match namespace never new None nonlocal not null number object of or pass private ' +
    'protected public raise readonly return satisfies self static string super switch this throw true True try type typeof ' +
    'undefined unknown var void while with yield'
  ).split(' '),
);

/** Tokens of `text` as a reader sees them: words, numbers, strings, single punctuation marks. */
export function codeTokens(text: string): string[] {
  return text.match(codeToken) ?? [];
}

/** The names among the tokens, keywords left out. */
export function identifiers(text: string): string[] {
  return codeTokens(text).filter((token) => /^[\p{ID_Start}$_]/u.test(token) && !keywords.has(token));
}

/** Lines trimmed, empty ones dropped: layout that a formatter would settle does not count. */
function normalised(text: string): string {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .join('\n');
}

/** 100 for equal texts, 0 for texts with nothing in common. */
export function editSimilarity(predicted: string, target: string): number {
  const longest = Math.max(predicted.length, target.length);
  return longest === 0 ? 100 : 100 * (1 - distance(predicted, target) / longest);
}

function leadingShare(predicted: readonly string[], target: readonly string[]): number {
  let equal = 0;
  while (equal < target.length && predicted[equal] === target[equal]) equal += 1;
  return equal / target.length;
}

export function scoreItem(item: Item, predicted: string): ItemScore {
  const mine = normalised(stopAt(predicted, item));
  const theirs = normalised(stopAt(item.target, item));
  const names = identifiers(theirs);
  const tokens = codeTokens(theirs);
  return {
    id: item.id,
    kind: item.kind,
    language: item.language,
    exactMatch: mine === theirs,
    editSimilarity: editSimilarity(mine, theirs),
    nextIdentifierMatch: names.length === 0 ? undefined : identifiers(mine)[0] === names[0],
    identifierSequenceMatch: names.length === 0 ? undefined : leadingShare(identifiers(mine), names),
    prefixMatch: tokens.length === 0 ? Number(mine === theirs) : leadingShare(codeTokens(mine), tokens),
  };
}

/** Scores in the order of `items`; an item without a prediction scores as an empty one. Throws on predictions of no item. */
export function score(items: readonly Item[], predictions: readonly Prediction[]): ItemScore[] {
  const byId = new Map(predictions.map((prediction) => [prediction.id, prediction]));
  const known = new Set(items.map((item) => item.id));
  for (const id of byId.keys()) if (!known.has(id)) throw new Error(`a prediction for no item: ${id}`);
  return items.map((item) => {
    const prediction = byId.get(item.id);
    return scoreItem(item, prediction === undefined ? '' : predictedText(prediction));
  });
}

const percent = (value: boolean | number): number => 100 * Number(value);

export function summarise(scores: readonly ItemScore[]): ScoreSummary {
  const present = (values: readonly (boolean | number | undefined)[]): number[] =>
    values.filter((value) => value !== undefined).map(percent);
  return {
    exactMatch: estimate(scores.map((each) => percent(each.exactMatch))),
    editSimilarity: estimate(scores.map((each) => each.editSimilarity)),
    nextIdentifierMatch: estimate(present(scores.map((each) => each.nextIdentifierMatch))),
    identifierSequenceMatch: estimate(present(scores.map((each) => each.identifierSequenceMatch))),
    prefixMatch: estimate(scores.map((each) => percent(each.prefixMatch))),
  };
}

/** A summary for each kind that occurs, in the order of `holeKinds`. */
export function summariseByKind(scores: readonly ItemScore[]): Map<HoleKind, ScoreSummary> {
  const summaries = new Map<HoleKind, ScoreSummary>();
  for (const kind of holeKinds) {
    const ofKind = scores.filter((each) => each.kind === kind);
    if (ofKind.length > 0) summaries.set(kind, summarise(ofKind));
  }
  return summaries;
}
