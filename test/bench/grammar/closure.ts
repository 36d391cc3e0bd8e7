// Prefix closure: every file of the corpus, fed token by token, has to be legal at every boundary and may end at its end.

import type { ParserState } from '../../../src/constraint/grammar/parserState.ts';
import type { Recogniser } from '../../../src/constraint/grammar/recogniser.ts';
import type { Tokenizer } from '../../../src/model/tokenizer.ts';
import { drawTable } from '../table.ts';
import { type GrammarCorpus, type GrammarFile, grammarCorpus } from './corpus.ts';
import { openSubject } from './subject.ts';
import { openVocabularies } from './vocabularies.ts';

/** A text that tree-sitter parses without error and the recogniser does not take. */
interface Reject {
  readonly file: GrammarFile;
  /** Of the token that was not legal; the length of the text where the end was not. */
  readonly offset: number;
  /** The token, or undefined for the end of the file. */
  readonly token: string | undefined;
  /** Whether it is legal where the scanner is not held to the language. */
  readonly onlyStrict: boolean;
}

interface Counts {
  files: number;
  boundaries: number;
  rejects: number;
  endRejects: number;
}

export interface ClosureOptions {
  readonly languages: ReadonlySet<string> | undefined;
  readonly filesPerLanguage: number;
  readonly print: (text: string) => void;
}

/** Rejects shown per language and vocabulary. */
const shown = 10;

export async function benchClosure({ languages, filesPerLanguage, print }: ClosureOptions): Promise<void> {
  const corpus = await grammarCorpus(languages, filesPerLanguage);
  const vocabularies = await openVocabularies();
  const header = [
    'language',
    'files',
    'left out',
    ...vocabularies.flatMap(({ name }) => [`${name} boundaries`, 'rejects', 'end']),
  ];
  const rows: string[][] = [];
  const sums = vocabularies.map(() => newCounts());
  for (const language of new Set(corpus.files.map((file) => file.language))) {
    const files = corpus.files.filter((file) => file.language === language);
    const row = [language, String(files.length), String(corpus.withErrors.get(language) ?? 0)];
    const { recogniser, syntax } = await openSubject(language);
    syntax.dispose();
    for (const [index, { name, tokenizer }] of vocabularies.entries()) {
      const { counts, rejects } = feedFiles(recogniser, tokenizer, files);
      for (const reject of rejects.slice(0, shown)) print(describe(name, reject));
      row.push(String(counts.boundaries), String(counts.rejects), String(counts.endRejects));
      add(sums[index] as Counts, counts);
    }
    if (recogniser.dropped > 0) print(`${language}: ${recogniser.dropped} readings dropped`);
    rows.push(row);
  }
  const total = ['all', String(corpus.files.length), String(leftOut(corpus))];
  for (const { boundaries, rejects, endRejects } of sums)
    total.push(String(boundaries), String(rejects), String(endRejects));
  print(`\n(1) prefix closure\n${drawTable(header, [...rows, total])}`);
}

function leftOut(corpus: GrammarCorpus): number {
  return [...corpus.withErrors.values()].reduce((sum, each) => sum + each, 0);
}

function newCounts(): Counts {
  return { files: 0, boundaries: 0, rejects: 0, endRejects: 0 };
}

function add(sum: Counts, each: Counts): void {
  for (const key of ['files', 'boundaries', 'rejects', 'endRejects'] as const) sum[key] += each[key];
}

function feedFiles(
  recogniser: Recogniser,
  tokenizer: Tokenizer,
  files: readonly GrammarFile[],
): { counts: Counts; rejects: Reject[] } {
  const counts = newCounts();
  const rejects: Reject[] = [];
  for (const file of files) {
    counts.files += 1;
    const reject = feedFile(recogniser, tokenizer, file, counts);
    if (reject === undefined) continue;
    rejects.push(reject);
    if (reject.token === undefined) counts.endRejects += 1;
    else counts.rejects += 1;
  }
  return { counts, rejects };
}

/** The first reject of a file, if there is one: behind it there is no state to go on from. */
function feedFile(recogniser: Recogniser, tokenizer: Tokenizer, file: GrammarFile, counts: Counts): Reject | undefined {
  const { vocabulary } = tokenizer;
  let state: ParserState = recogniser.initial;
  let bytesFed = 0;
  for (const id of tokenizer.encode(file.text)) {
    const bytes = vocabulary.bytesOf(id);
    const next = recogniser.advance(state, bytes, true);
    counts.boundaries += 1;
    if (next === undefined) {
      const offset = Buffer.from(file.text).subarray(0, bytesFed).toString().length;
      const onlyStrict = recogniser.advance(state, bytes) !== undefined;
      return { file, offset, token: vocabulary.decode([id]), onlyStrict };
    }
    state = next;
    bytesFed += bytes.length;
  }
  const offset = file.text.length;
  return recogniser.mayEnd(state) ? undefined : { file, offset, token: undefined, onlyStrict: false };
}

function describe(vocabulary: string, { file, offset, token, onlyStrict }: Reject): string {
  const line = file.text.slice(0, offset).split('\n').length;
  const before = JSON.stringify(file.text.slice(Math.max(0, offset - 80), offset));
  const after = token === undefined ? '' : JSON.stringify(file.text.slice(offset, offset + 40));
  const what = token === undefined ? 'the end' : JSON.stringify(token);
  const why = onlyStrict ? ' (strict only)' : '';
  return `${file.path}:${line} ${vocabulary} rejects ${what}${why} after …${before}, before ${after}…`;
}
