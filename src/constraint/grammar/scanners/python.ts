// The external scanner of Python: ends of lines and blocks, and strings. Ported from scanner.c of tree-sitter-python 0.25.0,
// verdict for verdict, with what is odd in it; `strict` adds Python's own rules of indentation.
import type { ExternalScanner, ScanRequest, Verdict } from '../scanner.ts';
import { type Outcome, run } from './automaton.ts';
import { line } from './pythonLine.ts';
import type { PythonPhase, PythonScan } from './pythonScan.ts';
import { innerString, normalised } from './pythonState.ts';
import { escapedBrace, stringContent } from './pythonString.ts';

/** The scanner of Python. Its states are the bytes of the wasm's, with the tabs of each level beside them (`pythonState.ts`). */
export function pythonScanner(): ExternalScanner {
  const scan: PythonScan = {
    ...atStart,
    text: '',
    ended: false,
    valid: 0,
    strict: false,
    state: '',
    string: 0,
    token: 0,
    end: 0,
    mayFind: 0,
    mayFail: true,
  };
  return {
    initial: '',
    scan(request) {
      open(scan, request);
      return verdict(scan, request.start, run(scan));
    },
  };
}

/** What a waiting scan knows; offsets count from its start. */
interface Resume {
  readonly phase: PythonPhase;
  readonly at: number;
  readonly mark: number;
  readonly hasContent: boolean;
  readonly prefix: number;
  readonly sawLineEnd: boolean;
  readonly width: number;
  readonly tabs: number;
  readonly commentWidth: number;
}

const atStart: Resume = {
  phase: escapedBrace(stringContent(line)),
  at: 0,
  mark: 0,
  hasContent: false,
  prefix: 0,
  sawLineEnd: false,
  width: 0,
  tabs: 0,
  commentWidth: -1,
};

function open(scan: PythonScan, { text, start, ended, valid, state, resume, strict }: ScanRequest): void {
  const from = resume === undefined ? atStart : (resume as Resume);
  scan.text = text;
  scan.ended = ended;
  scan.valid = valid;
  scan.strict = strict;
  scan.state = normalised(state);
  scan.string = innerString(scan.state);
  scan.phase = from.phase;
  scan.at = start + from.at;
  scan.mark = start + from.mark;
  scan.hasContent = from.hasContent;
  scan.prefix = from.prefix;
  scan.sawLineEnd = from.sawLineEnd;
  scan.width = from.width;
  scan.tabs = from.tabs;
  scan.commentWidth = from.commentWidth;
}

function verdict(scan: PythonScan, start: number, outcome: Outcome): Verdict {
  if (outcome === 'found') return { kind: 'found', token: scan.token, end: scan.end, state: scan.state };
  if (outcome !== 'wait') return outcome;
  const { phase, hasContent, prefix, sawLineEnd, width, tabs, commentWidth } = scan;
  const resume: Resume = {
    phase,
    at: scan.at - start,
    mark: scan.mark - start,
    hasContent,
    prefix,
    sawLineEnd,
    width,
    tabs,
    commentWidth,
  };
  return { kind: 'pending', mayFind: scan.mayFind, mayFail: scan.mayFail, resume };
}
