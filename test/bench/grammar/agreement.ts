// Agreement on mutants of real code: the recogniser's verdict of a whole text beside tree-sitter's, which has to be the same,
// and beside that of the language's own compiler, which the grammar comes near.

import { Language, Parser } from 'web-tree-sitter';
import { openGrammar } from '../../../src/constraint/grammar/languages.ts';
import type { Recogniser } from '../../../src/constraint/grammar/recogniser.ts';
import { seededRandom } from '../random.ts';
import { drawTable } from '../table.ts';
import { compilerOf } from './compilers.ts';
import { grammarCorpus, grammarsFolder } from './corpus.ts';
import { type Mutant, mutate, sliceFiles } from './mutants.ts';
import { openSubject } from './subject.ts';

export interface AgreementOptions {
  readonly languages: ReadonlySet<string> | undefined;
  readonly mutants: number;
  readonly seed: number;
  readonly print: (text: string) => void;
}

const firstClass = ['typescript', 'typescriptreact', 'javascript', 'python', 'json'];

/** Files to cut the mutated texts from. */
const sourceFiles = 120;

/** Disagreements with tree-sitter shown per language, and classes of those with the compiler. */
const shown = 10;

interface Judged extends Mutant {
  readonly ours: boolean;
  /** As completions are held to it: with what the scanner knows of the language beyond the grammar. */
  readonly oursStrict: boolean;
  readonly treeSitter: boolean;
  /** Of the tree that was made from the original's. */
  readonly incremental: boolean;
}

export async function benchAgreement({ languages, mutants, seed, print }: AgreementOptions): Promise<void> {
  const rows: string[][] = [];
  for (const language of languages ?? firstClass) {
    const judged = await judge(language, mutants, seed);
    const differing = judged.filter(({ ours, treeSitter }) => ours !== treeSitter);
    for (const mutant of differing.slice(0, shown)) {
      print(`${language}: ${mutant.ours ? 'accepted' : 'rejected'}, by tree-sitter not: ${describe(mutant)}`);
    }
    const row = [language, judged.length, judged.filter(({ treeSitter }) => treeSitter).length, differing.length];
    row.push(judged.filter(({ treeSitter, incremental }) => treeSitter !== incremental).length);
    rows.push([...row.map(String), ...(await againstCompiler(language, judged, print))]);
  }
  const header = ['language', 'mutants', 'accepted', 'differ', 'tree by edit differs'];
  header.push('compiler', 'over', 'over strict', 'under', 'under strict');
  print(`\n(2) agreement with tree-sitter and with the compiler\n${drawTable(header, rows)}`);
}

async function judge(language: string, count: number, seed: number): Promise<Judged[]> {
  const { files } = await grammarCorpus(new Set([language]), sourceFiles);
  const { recogniser, syntax } = await openSubject(language);
  const grammar = await openGrammar(grammarsFolder, language);
  // in the runtime that the subject's trees have started
  const parser = new Parser().setLanguage(await Language.load(grammar?.wasmPath ?? ''));
  const hasError = (text: string): boolean => {
    const tree = parser.parse(text);
    const answer = tree?.rootNode.hasError ?? true;
    tree?.delete();
    return answer;
  };
  try {
    const sliced = sliceFiles(files, syntax);
    const complaints = await (await compilerOf(language))?.check(sliced);
    const slices = sliced.filter((_, index) => complaints?.[index] === undefined);
    const random = seededRandom(seed);
    const judged: Judged[] = [];
    while (judged.length < count) {
      const mutant = mutate(slices, random);
      if (mutant === undefined) continue;
      judged.push({
        ...mutant,
        ours: accepts(recogniser, mutant.text, false),
        oursStrict: accepts(recogniser, mutant.text, true),
        treeSitter: !hasError(mutant.text),
        incremental: syntax.errorsAfter(mutant.original, mutant.edit) === 0,
      });
    }
    return judged;
  } finally {
    parser.delete();
    syntax.dispose();
  }
}

function accepts(recogniser: Recogniser, text: string, strict: boolean): boolean {
  const state = recogniser.feed(recogniser.initial, text, strict);
  return state !== undefined && recogniser.mayEnd(state);
}

/** The last columns of a row. */
async function againstCompiler(
  language: string,
  judged: readonly Judged[],
  print: (text: string) => void,
): Promise<string[]> {
  const compiler = await compilerOf(language);
  if (compiler === undefined) return ['none'];
  const complaints = await compiler.check(judged.map(({ text }) => text));
  const pairs = judged.map((mutant, index) => ({ mutant, complaint: complaints[index] }));
  const over = pairs.filter(({ mutant, complaint }) => mutant.ours && complaint !== undefined);
  const overStrict = over.filter(({ mutant }) => mutant.oursStrict);
  const under = pairs.filter(({ mutant, complaint }) => !mutant.ours && complaint === undefined);
  const underStrict = pairs.filter(({ mutant, complaint }) => !mutant.oursStrict && complaint === undefined);
  const classes = new Map<string, typeof overStrict>();
  for (const pair of overStrict) {
    const name = (pair.complaint ?? '').replace(/'.*?'/g, "'…'");
    classes.set(name, [...(classes.get(name) ?? []), pair]);
  }
  for (const [complaint, all] of [...classes].sort(([, a], [, b]) => b.length - a.length).slice(0, shown)) {
    const example = all[0]?.mutant;
    print(`${language}: over ${all.length}× ${complaint}: ${example === undefined ? '' : describe(example)}`);
  }
  for (const { mutant } of underStrict.slice(0, shown)) {
    print(`${language}: under${mutant.ours ? ' (strict only)' : ''}: ${describe(mutant)}`);
  }
  return [compiler.name, ...[over, overStrict, under, underStrict].map(({ length }) => String(length))];
}

/** The place of the change. */
function describe({ original, edit, text }: Mutant): string {
  const before = original.slice(Math.max(0, edit.start - 40), edit.start);
  const was = original.slice(edit.start, edit.end);
  const after = text.slice(edit.start + edit.text.length, edit.start + edit.text.length + 30);
  return `${JSON.stringify(before)} [${JSON.stringify(was)} → ${JSON.stringify(edit.text)}] ${JSON.stringify(after)}`;
}
