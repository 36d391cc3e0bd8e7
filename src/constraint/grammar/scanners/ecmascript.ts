// The external scanners of JavaScript and TypeScript: template text, JSX text, semicolons that are not written, the question mark
// of a conditional, and comments in HTML's style. Ported from scanner.c of tree-sitter-javascript 0.25.0 and common/scanner.h of
// tree-sitter-typescript 0.23.2, verdict for verdict, with what is odd in them.
import type { ExternalScanner, ScanRequest, Verdict } from '../scanner.ts';
import { type Outcome, run } from './automaton.ts';
import { type EcmascriptPhase, type EcmascriptScan, external } from './ecmascriptScan.ts';
import { htmlComment, jsxText, question, templateText } from './ecmascriptText.ts';
import { semicolon } from './semicolon.ts';

/** The scanner of JavaScript, or of TypeScript and TSX. It has no state but the empty one. */
export function ecmascriptScanner(dialect: 'javascript' | 'typescript'): ExternalScanner {
  const scan: EcmascriptScan = {
    ...atStart,
    text: '',
    start: 0,
    ended: false,
    isTypeScript: dialect === 'typescript',
    valid: 0,
    token: 0,
    mayFind: 0,
    mayFail: true,
  };
  return {
    initial: '',
    emptyTokens: external.semicolon | external.signatureSemicolon,
    scan(request) {
      open(scan, request);
      return verdict(scan, run(scan));
    },
    keyOf: ({ resume }, text) => keyOf(resume as Resume, text),
  };
}

/** What a waiting scan knows; offsets count from its start. */
interface Resume {
  readonly phase: EcmascriptPhase;
  readonly at: number;
  readonly mark: number;
  readonly end: number;
  readonly sawText: boolean;
  readonly atLineStart: boolean;
  readonly isNextLine: boolean;
  readonly sawComment: boolean;
  readonly sawCommentLineEnd: boolean;
}

const phaseNumbers = new Map<EcmascriptPhase, number>();

function keyOf(resume: Resume, text: string): string {
  const { phase, at, sawText, atLineStart, isNextLine, sawComment, sawCommentLineEnd } = resume;
  let number = phaseNumbers.get(phase);
  if (number === undefined) {
    number = phaseNumbers.size;
    phaseNumbers.set(phase, number);
  }
  const flags = [at > 0, sawText, atLineStart, isNextLine, sawComment, sawCommentLineEnd].map(Number).join('');
  return `${number} ${flags} ${text.slice(at)}`;
}

const begin: EcmascriptPhase = ({ valid }) => {
  if (valid & external.templateText) return valid & external.semicolon ? 'none' : templateText;
  return valid & external.jsxText ? jsxOrOther : other;
};

/** Everything but text. */
const other: EcmascriptPhase = ({ valid }) => {
  if (valid & (external.semicolon | external.signatureSemicolon)) return semicolon;
  if (valid & external.question) return question;
  const excluded = external.logicalOr | external.escapeSequence | external.regexPattern;
  return valid & external.htmlComment && !(valid & excluded) ? htmlComment : 'none';
};

const jsxOrOther = jsxText(other, ({ valid }) => {
  const isSemicolon = valid & (external.semicolon | external.signatureSemicolon);
  return (isSemicolon ? external.semicolon : 0) | (valid & (external.question | external.htmlComment));
});

const atStart: Resume = {
  phase: begin,
  at: 0,
  mark: 0,
  end: 0,
  sawText: false,
  atLineStart: false,
  isNextLine: false,
  sawComment: false,
  sawCommentLineEnd: false,
};

function open(scan: EcmascriptScan, { text, start, ended, valid, resume }: ScanRequest): void {
  const from = resume === undefined ? atStart : (resume as Resume);
  scan.text = text;
  scan.start = start;
  scan.ended = ended;
  scan.valid = valid;
  scan.phase = from.phase;
  scan.at = start + from.at;
  scan.mark = start + from.mark;
  scan.end = start + from.end;
  scan.sawText = from.sawText;
  scan.atLineStart = from.atLineStart;
  scan.isNextLine = from.isNextLine;
  scan.sawComment = from.sawComment;
  scan.sawCommentLineEnd = from.sawCommentLineEnd;
}

function verdict(scan: EcmascriptScan, outcome: Outcome): Verdict {
  if (outcome === 'found') return { kind: 'found', token: scan.token, end: scan.end, state: '' };
  if (outcome !== 'wait') return outcome;
  const { phase, start, sawText, atLineStart, isNextLine, sawComment, sawCommentLineEnd } = scan;
  const resume: Resume = {
    phase,
    at: scan.at - start,
    mark: scan.mark - start,
    end: scan.end - start,
    sawText,
    atLineStart,
    isNextLine,
    sawComment,
    sawCommentLineEnd,
  };
  return { kind: 'pending', mayFind: scan.mayFind, mayFail: scan.mayFail, resume };
}
