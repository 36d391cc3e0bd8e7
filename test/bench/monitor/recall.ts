// Trigger recall: every member that the compiler sees in real files has to be a place that the monitor asks about, whatever tokens
// spell the file.
import { NameSites } from '../../../src/constraint/grammar/nameSites.ts';
import { DocumentMembers } from '../../../src/constraint/monitor/documentMembers.ts';
import { Facts } from '../../../src/constraint/monitor/facts.ts';
import { type MonitorRules, monitorAt } from '../../../src/constraint/monitor/monitor.ts';
import { TokenTexts } from '../../../src/constraint/tokenTexts.ts';
import { scriptedOracle, somewhere } from '../../support/scriptedOracle.ts';
import { tokenCutter } from '../../support/tokenCuts.ts';
import { memberOffsets } from '../../support/typescriptMembers.ts';
import { type GrammarFile, grammarCorpus } from '../grammar/corpus.ts';
import { openSubject } from '../grammar/subject.ts';
import { openVocabularies } from '../grammar/vocabularies.ts';
import { seededRandom } from '../random.ts';
import { drawTable } from '../table.ts';

export interface RecallOptions {
  readonly filesPerLanguage: number;
  readonly seed: number;
  readonly print: (text: string) => void;
}

const languages = ['typescript', 'typescriptreact', 'javascript'];

/** Missed members shown per language. */
const shown = 10;

export async function benchRecall({ filesPerLanguage, seed, print }: RecallOptions): Promise<void> {
  const { files } = await grammarCorpus(new Set(languages), filesPerLanguage);
  const rows: string[][] = [];
  for (const language of languages) {
    const { recogniser, syntax } = await openSubject(language);
    syntax.dispose();
    const sites = new NameSites(recogniser);
    for (const { name, tokenizer } of await openVocabularies()) {
      const texts = new TokenTexts(tokenizer.vocabulary);
      const cut = tokenCutter(tokenizer.vocabulary);
      const random = seededRandom(seed);
      const cuts: Readonly<Record<string, (text: string) => readonly number[]>> = {
        'as the tokenizer cuts': (text) => tokenizer.encode(text),
        'at random': (text) => cut(text, (count) => random.integer(0, count - 1)),
      };
      for (const [how, tokensOf] of Object.entries(cuts)) {
        const mine = files.filter((file) => file.language === language);
        let members = 0;
        const missed: string[] = [];
        for (const file of mine) {
          const asked = placesAsked(file.text, tokensOf(file.text), { recogniser, sites, texts });
          const wanted = memberOffsets(file.path, file.text);
          members += wanted.size;
          for (const at of wanted) if (!asked.has(at)) missed.push(`${file.path}: ${JSON.stringify(around(file, at))}`);
        }
        for (const each of missed.slice(0, shown)) print(`missed in ${each}`);
        rows.push([language, name, how, String(mine.length), String(members), String(missed.length)]);
      }
    }
  }
  print(`\ntrigger recall\n${drawTable(['language', 'vocabulary', 'tokens', 'files', 'members', 'missed'], rows)}`);
}

/** Where names begin that the monitor asks about while it follows `tokens`, which spell `text`. */
function placesAsked(
  text: string,
  tokens: readonly number[],
  { recogniser, sites, texts }: Pick<MonitorRules, 'recogniser' | 'sites' | 'texts'>,
): ReadonlySet<number> {
  const about = { document: somewhere, language: '', start: '', cursor: 0, after: '', isWhole: true };
  const facts = new Facts(scriptedOracle({ names: {} }), about, new AbortController().signal);
  const members = new DocumentMembers('', '');
  let monitor = monitorAt(
    { recogniser, sites, texts, facts, before: '', after: '', typed: '', members },
    recogniser.initial,
  );
  const decoder = texts.vocabulary.decoder();
  let said = '';
  for (const token of tokens) {
    said += decoder.push(token);
    monitor = monitor.advance(token, said);
  }
  if (said !== text) throw new Error('the tokens do not spell the file');
  return new Set(facts.places.filter(({ site }) => site === 'member').map((place) => place.said.length));
}

function around({ text }: GrammarFile, at: number): string {
  return `${text.slice(Math.max(0, at - 25), at)}‸${text.slice(at, at + 15)}`;
}
