// What can be said about Python text from its tokens (strings, comments, brackets, indentation): a mask that keeps code only,
// and the places where holes may be cut. Follows chapter 2 of the Python language reference.

import type { Site } from './sites.ts';
import { stringMark } from './sites.ts';

const maximumCallCharacters = 160;
const maximumBlockLines = 14;

const openers = '([{';
const closers = ')]}';

/** Matches, at the current position, a comment, a string (unterminated ones run to the line's or the text's end) or a character. */
const token =
  /#[^\n]*|(?:\b[rRbBuUfFtT]{1,2})?(?:"""(?:\\[\s\S]|[^\\])*?(?:"""|$)|'''(?:\\[\s\S]|[^\\])*?(?:'''|$)|"(?:\\[\s\S]|[^"\\\n])*"?|'(?:\\[\s\S]|[^'\\\n])*'?)|[\s\S]/g;

/** `text` with comments as blanks and strings as `stringMark`, every other character in its place. */
export function maskPython(text: string): string {
  return text.replace(token, (found) => {
    if (found.startsWith('#')) return ' '.repeat(found.length);
    return found.length > 1 || found === '"' || found === "'" ? found.replace(/[^\n]/g, stringMark) : found;
  });
}

/** Length of `text`, which follows an opening bracket, through the bracket that closes it; undefined when it is not closed. */
export function pythonCallLength(text: string): number | undefined {
  const end = closingBracket(maskPython(text), 0);
  return end === undefined ? undefined : end + 1;
}

/** Offset in `mask` of the bracket that closes the one opened right before `start`. */
function closingBracket(mask: string, start: number): number | undefined {
  let depth = 0;
  for (let at = start; at < mask.length; at += 1) {
    const character = mask[at] as string;
    if (openers.includes(character)) depth += 1;
    else if (closers.includes(character)) {
      if (depth === 0) return at;
      depth -= 1;
    }
  }
  return undefined;
}

const indentOf = (line: string): number => line.length - line.trimStart().length;

/**
 * Offset in `text` where the block ends whose header's `:` is right before `start`: after the last line that is indented
 * deeper than the header, not counting blank lines, lines inside brackets and lines inside strings.
 */
export function pythonBlockEnd(text: string, start: number): number {
  const mask = maskPython(text);
  const headerIndent = logicalIndent(mask, start);
  const firstBreak = mask.indexOf('\n', start);
  if (firstBreak < 0) return text.length;
  let end = firstBreak;
  let depth = 0;
  let at = firstBreak + 1;
  while (at <= mask.length) {
    const lineEnd = mask.indexOf('\n', at) < 0 ? mask.length : mask.indexOf('\n', at);
    const line = mask.slice(at, lineEnd);
    const isInside = depth > 0 || mask[at] === stringMark || line.trim() === '' || indentOf(line) > headerIndent;
    if (!isInside) break;
    for (const character of line) {
      if (openers.includes(character)) depth += 1;
      else if (closers.includes(character)) depth = Math.max(0, depth - 1);
    }
    if (text.slice(at, lineEnd).trim() !== '') end = lineEnd;
    at = lineEnd + 1;
  }
  return end;
}

/** Indentation of the logical line that ends at `end`: where a header spans lines, that of the line it starts on. */
function logicalIndent(mask: string, end: number): number {
  let depth = 0;
  for (let at = end - 1; at >= 0; at -= 1) {
    const character = mask[at] as string;
    if (closers.includes(character)) depth += 1;
    else if (openers.includes(character)) depth -= 1;
    else if (character === '\n' && depth <= 0) return indentOf(mask.slice(at + 1, end));
  }
  return indentOf(mask.slice(0, end));
}

/** Member, call and block sites; line sites are found in the mask. */
export function pythonSites(text: string, mask: string): Site[] {
  const sites: Site[] = [];
  const isImport = (at: number): boolean => /^\s*(import|from)\b/.test(mask.slice(mask.lastIndexOf('\n', at) + 1));
  for (const match of mask.matchAll(/(?<=[\w\])\uE000]\.)[A-Za-z_]\w+/g)) {
    const isNumber = /(?<![\w.])\d+\.$/.test(mask.slice(Math.max(0, match.index - 24), match.index));
    if (!isNumber && !isImport(match.index)) {
      sites.push({ kind: 'member', start: match.index, end: match.index + match[0].length });
    }
  }
  for (const match of mask.matchAll(/(?<![\w.])(def |class )?\s*[\w.]+\(/g)) {
    const start = match.index + match[0].length;
    const close = match[1] === undefined && !isImport(start) ? closingBracket(mask, start) : undefined;
    if (close === undefined || close + 1 - start > maximumCallCharacters) continue;
    if (text.slice(start, close).trim() !== '') sites.push({ kind: 'call', start, end: close + 1 });
  }
  for (const match of mask.matchAll(
    /^[ \t]*(?:async )?(?:def|class|if|elif|else|for|while|with|try|except|finally)\b.*:[ \t]*$/gm,
  )) {
    const start = match.index + match[0].trimEnd().length;
    const end = pythonBlockEnd(text, start);
    const lines = text.slice(start, end).split('\n').length;
    if (lines >= 2 && lines <= maximumBlockLines) sites.push({ kind: 'block', start, end });
  }
  return sites;
}
