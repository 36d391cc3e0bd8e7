// Answers of language servers, which are data from outside → values whose shape is known, or `undefined`.
import type { Position, Range } from 'vscode-languageserver-protocol';

/** A field of an object; `undefined` where it is no object or has no such field. */
export function field(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
  return (value as Readonly<Record<string, unknown>>)[name];
}

export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** A natural number or 0. */
export function countOf(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}

/** The elements of a list; none where it is something else. */
export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

export function rangeOf(value: unknown): Range | undefined {
  const start = positionOf(field(value, 'start'));
  const end = positionOf(field(value, 'end'));
  return start && end && compare(start, end) <= 0 ? { start, end } : undefined;
}

/** The text of a hover: of plain text, of markup, or of a list of either. */
export function hoverText(answer: unknown): string | undefined {
  const contents = field(answer, 'contents');
  const text = listOf(contents).map(markupText).join('\n') || markupText(contents);
  return text === '' ? undefined : text;
}

/** Negative where `one` comes first, 0 where both are the same. */
export function compare(one: Position, other: Position): number {
  return one.line - other.line || one.character - other.character;
}

function markupText(value: unknown): string {
  return textOf(value) ?? textOf(field(value, 'value')) ?? '';
}

function positionOf(value: unknown): Position | undefined {
  const line = countOf(field(value, 'line'));
  const character = countOf(field(value, 'character'));
  return line === undefined || character === undefined ? undefined : { line, character };
}
