// Real code with one lexical token deleted, inserted, replaced or swapped with the next: text that is nearly right.

import type { Syntax } from '../../../src/constraint/grammar/syntaxTree.ts';
import type { Random } from '../random.ts';
import type { GrammarFile } from './corpus.ts';

export interface Mutant {
  /** What it was made of, without error. */
  readonly original: string;
  /** What was done to it. */
  readonly edit: { readonly start: number; readonly end: number; readonly text: string };
  readonly text: string;
}

/** Longest text that is mutated: longer files are cut at their items. */
const longestSlice = 1500;

const lexeme =
  /[\p{L}_$][\p{L}\p{N}_$]*|\d[\p{L}\d_.]*|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|=>|===?|!==?|\*\*|\.\.\.|&&|\|\||\?\?|\?\.|[-+<>]=|[^\s\p{L}\p{N}_$]/gu;

/** Roughly: a mutant in a comment says nothing. */
const comment = /\/\*[\s\S]*?\*\/|<!--[\s\S]*?-->|\/\/.*|^\s*#(?!\[|include|define|if|el|endif).*|"""[\s\S]*?"""/gm;

/** Texts of at most a screenful that stand at the outermost level of the files, and have no error by themselves. */
export function sliceFiles(files: readonly GrammarFile[], syntax: Syntax): string[] {
  const slices: string[] = [];
  for (const { text } of files) {
    if (text.length <= longestSlice) {
      slices.push(text);
      continue;
    }
    const starts = (syntax.items(text, 0, 1000) ?? []).filter(({ seed }) => seed === '').map(({ offset }) => offset);
    let begin = 0;
    for (const [index, end] of [...starts, text.length].entries()) {
      const previous = index === 0 ? 0 : (starts[index - 1] as number);
      if (end - begin <= longestSlice) continue;
      if (previous > begin) slices.push(text.slice(begin, previous));
      begin = previous;
    }
    if (text.length - begin <= longestSlice) slices.push(text.slice(begin));
  }
  return slices.filter((slice) => slice.trim() !== '' && slice.length <= longestSlice && syntax.errors(slice) === 0);
}

/** A mutant of one of `slices`; undefined where the choice has nothing to change. */
export function mutate(slices: readonly string[], random: Random): Mutant | undefined {
  const original = slices[random.integer(0, slices.length - 1)] as string;
  const code = original.replace(comment, (each) => ' '.repeat(each.length));
  const tokens = [...code.matchAll(lexeme)].map((match) => ({ start: match.index, text: match[0] }));
  if (tokens.length < 2) return undefined;
  const at = random.integer(0, tokens.length - 1);
  const token = tokens[at] as { start: number; text: string };
  const end = token.start + token.text.length;
  const any = (tokens[random.integer(0, tokens.length - 1)] as { text: string }).text;
  const kind = random.integer(0, 3);
  if (kind === 0) return edited(original, token.start, end, '');
  if (kind === 1) return edited(original, token.start, token.start, `${any} `);
  if (kind === 2) return any === token.text ? undefined : edited(original, token.start, end, any);
  const next = tokens[at + 1];
  if (next === undefined || next.text === token.text) return undefined;
  const between = original.slice(end, next.start);
  return edited(original, token.start, next.start + next.text.length, next.text + between + token.text);
}

function edited(original: string, start: number, end: number, text: string): Mutant {
  return { original, edit: { start, end, text }, text: original.slice(0, start) + text + original.slice(end) };
}
