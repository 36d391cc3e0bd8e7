// A request → what the engine works on: text of one kind of line end, windowed around the cursor, and how far to complete.
import type { CompletionRequest, Excerpt } from '../protocol/messages.ts';

/** How far a completion goes: to the end of the line, or over lines to the end of a block. */
export type Reach = 'line' | 'block';

/** The text around the cursor, with `\n` line ends and no lone surrogates. */
export interface Context {
  readonly path: string;
  readonly language: string;
  readonly repository: string | undefined;
  readonly excerpts: readonly Excerpt[];
  readonly prefix: string;
  readonly suffix: string;
  /** Whether they go to the start and the end of the file. */
  readonly prefixIsWhole: boolean;
  readonly suffixIsWhole: boolean;
  /** All that the request has of its document: more than the model is shown. */
  readonly whole: WholeText;
  /** What the document ends its lines with; completions are given back with it. */
  readonly lineEnd: '\n' | '\r\n';
  readonly reach: Reach;
}

/** More of a document than any prompt holds; what lies beyond it costs nothing. In UTF-16 units. */
const prefixWindow = 1 << 16;
const suffixWindow = 1 << 14;

export function gather(request: CompletionRequest): Context {
  const lineEnd = usesCarriageReturns(request) ? '\r\n' : '\n';
  const whole = wholeText(request);
  const prefix = tailFromLineStart(whole.before);
  const suffix = whole.after.slice(0, suffixWindow).toWellFormed();
  const excerpts = (request.excerpts ?? []).map(({ path, text }) => ({ path, text: normalise(text) }));
  return {
    path: request.path,
    language: request.language,
    repository: request.repository,
    excerpts,
    prefix,
    suffix,
    prefixIsWhole: request.prefixIsCut !== true && prefix.length === whole.before.length,
    suffixIsWhole: request.suffixIsCut !== true && suffix.length === whole.after.length,
    whole,
    lineEnd,
    reach: reachAt(prefix, suffix, request),
  };
}

/** All that a request has of its document, with `\n` line ends. */
export interface WholeText {
  readonly before: string;
  readonly after: string;
  /** Whether it is all of the document. */
  readonly isWhole: boolean;
}

function wholeText({ prefix, suffix, prefixIsCut, suffixIsCut }: CompletionRequest): WholeText {
  const isWhole = prefixIsCut !== true && suffixIsCut !== true;
  return { before: normalise(prefix), after: normalise(suffix), isWhole };
}

/** What stands right of the cursor on its line. */
export function restOfLine(suffix: string): string {
  const end = suffix.indexOf('\n');
  return end < 0 ? suffix : suffix.slice(0, end);
}

/** What stands left of the cursor on its line. */
export function startOfLine(prefix: string): string {
  return prefix.slice(prefix.lastIndexOf('\n') + 1);
}

const blockOpener = /(?:[{([]|=>|:)\s*$/;
const colonBlocks = new Set(['python', 'yaml']);

/** Whether `line` ends by opening a block that the following lines fill. */
export function opensBlock(line: string, language: string): boolean {
  if (!blockOpener.test(line)) return false;
  return !line.trimEnd().endsWith(':') || colonBlocks.has(language);
}

function reachAt(prefix: string, suffix: string, { multiline = 'auto', language }: CompletionRequest): Reach {
  if (multiline !== 'auto') return multiline;
  if (restOfLine(suffix).trim() !== '') return 'line';
  const line = startOfLine(prefix);
  return line.trim() === '' || opensBlock(line, language) ? 'block' : 'line';
}

/** The document's habit is read near the cursor. */
function usesCarriageReturns({ prefix, suffix }: CompletionRequest): boolean {
  const before = prefix.lastIndexOf('\n');
  if (before >= 0) return prefix[before - 1] === '\r';
  const after = suffix.indexOf('\n');
  return after > 0 && suffix[after - 1] === '\r';
}

function tailFromLineStart(prefix: string): string {
  if (prefix.length <= prefixWindow) return prefix;
  const tail = prefix.slice(-prefixWindow);
  const lineStart = tail.indexOf('\n') + 1;
  // a single line longer than the window has no better place to be cut
  return tail.slice(lineStart);
}

const byteOrderMark = '\uFEFF';

function normalise(text: string): string {
  const unmarked = text.startsWith(byteOrderMark) ? text.slice(1) : text;
  return unmarked.replaceAll('\r\n', '\n').replaceAll('\r', '\n').toWellFormed();
}
