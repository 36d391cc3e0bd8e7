// Random edits over real files: the state that a document keeps from edit to edit has to be the one it would have from scratch,
// whatever is broken, without an exception and in bounded memory.

import { type FindAnchors, GrammarDocument, type Place } from '../../../src/constraint/grammar/document.ts';
import { stateKey } from '../../../src/constraint/grammar/parserState.ts';
import type { Recogniser } from '../../../src/constraint/grammar/recogniser.ts';
import { type Random, seededRandom } from '../random.ts';
import { drawTable } from '../table.ts';
import { type GrammarFile, grammarCorpus } from './corpus.ts';
import { heapBytes } from './heap.ts';
import { openSubject, type Subject } from './subject.ts';

export interface FuzzOptions {
  readonly languages: ReadonlySet<string> | undefined;
  readonly edits: number;
  readonly seed: number;
  readonly print: (text: string) => void;
}

/** Files edited. */
const fileCount = 50;

/** Longest of them, in UTF-16 units: every edit is also checked from scratch. */
const longestFile = 8000;

/** Edits after which a file is itself again. */
const editsInARow = 20;

/** Differences and exceptions shown per language. */
const shown = 5;

interface Counts {
  edits: number;
  whole: number;
  anchored: number;
  soft: number;
  differ: number;
  exceptions: number;
}

export async function benchFuzz({ languages, edits, seed, print }: FuzzOptions): Promise<void> {
  const files = await chooseFiles(languages);
  const editsPerFile = Math.ceil(edits / files.length);
  const rows: string[][] = [];
  for (const language of new Set(files.map((file) => file.language))) {
    const subject = await openSubject(language);
    const before = await heapBytes();
    const counts: Counts = { edits: 0, whole: 0, anchored: 0, soft: 0, differ: 0, exceptions: 0 };
    const own = files.filter((file) => file.language === language);
    const random = seededRandom(seed);
    const problems = own.flatMap((file) => fuzzFile(subject, file, editsPerFile, random, counts));
    for (const problem of problems.slice(0, shown)) print(`${language}: ${problem}`);
    const grown = ((await heapBytes()) - before) / 2 ** 20;
    const { whole, anchored, soft, differ, exceptions } = counts;
    const numbers = [own.length, counts.edits, whole, anchored, soft, differ, exceptions];
    rows.push([language, ...numbers.map(String), grown.toFixed(1)]);
    subject.syntax.dispose();
  }
  const header = ['language', 'files', 'edits', 'whole', 'anchored', 'soft', 'differ', 'exceptions', 'heap grown MiB'];
  print(`\n(6) edits, state kept beside state from scratch\n${drawTable(header, rows)}`);
}

/** Evenly over the languages. */
async function chooseFiles(languages: ReadonlySet<string> | undefined): Promise<GrammarFile[]> {
  const { files } = await grammarCorpus(languages, 60);
  const short = files.filter(({ text }) => text.length <= longestFile);
  const names = [...new Set(short.map((file) => file.language))];
  const each = Math.ceil(fileCount / names.length);
  return names.flatMap((name) => short.filter(({ language }) => language === name).slice(-each)).slice(0, fileCount);
}

function fuzzFile(subject: Subject, file: GrammarFile, edits: number, random: Random, counts: Counts): string[] {
  const { recogniser, syntax } = subject;
  const findAnchors: FindAnchors = (text, from) => syntax.items(text, from - 1) ?? [];
  const document = new GrammarDocument(recogniser, true, findAnchors);
  const problems: string[] = [];
  let text = file.text;
  for (let edit = 0; edit < edits; edit += 1) {
    if (edit % editsInARow === 0) text = file.text;
    const { text: changed, at } = change(text, random);
    text = changed;
    const prefix = text.slice(0, random.integer(0, 3) === 0 ? random.integer(0, text.length) : at);
    counts.edits += 1;
    try {
      const kept = document.at(prefix);
      counts[kept.reach] += 1;
      const fresh = new GrammarDocument(recogniser, true, findAnchors).at(prefix);
      if (areSame(recogniser, kept, fresh)) continue;
      counts.differ += 1;
      problems.push(`${file.path}, edit ${edit}: ${kept.reach} kept, ${fresh.reach} anew, …${end(prefix)}`);
    } catch (error) {
      counts.exceptions += 1;
      problems.push(`${file.path}, edit ${edit}: ${error instanceof Error ? error.stack : error} …${end(prefix)}`);
    }
  }
  return problems;
}

function end(text: string): string {
  return JSON.stringify(text.slice(-60));
}

/** Equal keys, or equal answers: nodes made before and after memories were dropped have different names. */
function areSame(recogniser: Recogniser, kept: Place, fresh: Place): boolean {
  if (kept.reach !== fresh.reach) return false;
  if (kept.state === undefined || fresh.state === undefined) return kept.state === fresh.state;
  if (stateKey(kept.state) === stateKey(fresh.state)) return true;
  const answers = [kept.state, fresh.state].map((state) =>
    [recogniser.mayEnd(state), recogniser.forced(state), ...recogniser.terminals(state)].join(),
  );
  return answers[0] === answers[1];
}

const odd = ['{', '}', '(', ')', '[', ']', '"', "'", '`', '/', '*', '#', ':', ';', ',', '<', '>', '\n', '\t', '    '];
const odder = ['\\', '${', '/*', '*/', '"""', '//', '=>', 'é', '😀', '\ud83d', '\u0000', '\ufeff', '\r', '\u2028'];

/** An edit somewhere, and where it ends. */
function change(text: string, random: Random): { text: string; at: number } {
  const start = random.integer(0, text.length);
  const kind = random.integer(0, 5);
  if (kind === 0) {
    const removed = random.integer(1, random.integer(1, 200));
    return { text: text.slice(0, start) + text.slice(start + removed), at: start };
  }
  const from = random.integer(0, text.length);
  const copied = text.slice(from, from + random.integer(1, 120));
  const pieces = [...odd, ...(random.integer(0, 3) === 0 ? odder : [])];
  const inserted = kind <= 2 ? copied : (pieces[random.integer(0, pieces.length - 1)] as string);
  const replaced = kind === 5 ? random.integer(0, 10) : 0;
  return { text: text.slice(0, start) + inserted + text.slice(start + replaced), at: start + inserted.length };
}
