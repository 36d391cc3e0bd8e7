// What is known of the grammar at a place, as lines of text.
import type { TerminalView } from '../constraint/grammar/parserView.ts';
import type { GrammarReport, Reason } from './grammar.ts';

/** Names of terminals that a line lists. */
const shownTerminals = 12;

/** `report` as text. */
export function drawGrammar({
  language,
  coverage,
  decodedAgain,
  parser,
  suffixFollows,
  tokens,
}: GrammarReport): string {
  const rows: [string, string][] = [
    ['language', language],
    ['coverage', coverages[coverage]],
  ];
  if (parser !== undefined) {
    for (const { state, openText, scannerWaits } of parser.readings) {
      const open = openText === '' ? 'between tokens' : `in ${quote(openText)}`;
      rows.push(['read', `state ${state}, ${open}${scannerWaits ? ', the scanner waits for more' : ''}`]);
    }
    if (parser.open.length > 0) rows.push(['can become', `${parser.open.length}: ${listed(parser.open)}`]);
    if (parser.next.length > 0) rows.push(['can follow', `${parser.next.length}: ${listed(parser.next)}`]);
    if (parser.forced !== '') rows.push(['must follow', quote(parser.forced)]);
    rows.push(['may end', endings(suffixFollows)]);
  }
  if (decodedAgain !== '') rows.push(['decoded again', quote(decodedAgain)]);
  const width = Math.max(...rows.map(([label]) => label.length));
  const lines = rows.map(([label, text]) => `${label.padEnd(width)}  ${text}`);
  const drawn = tokens.map(({ text }) => (text === '' ? '(end)' : quote(text)));
  const tokenWidth = Math.max(...drawn.map((token) => token.length));
  const choices = tokens.map(({ text, probability, reason }, i) => {
    const percent = `${(100 * probability).toFixed(1)} %`;
    const verdict = reason === undefined ? 'legal' : `not legal: ${sentence(reason, text)}`;
    return `${percent.padStart(width)}  ${drawn[i]!.padEnd(tokenWidth)}  ${verdict}`;
  });
  return [...lines, '', ...choices].join('\n');
}

const coverages: Readonly<Record<GrammarReport['coverage'], string>> = {
  whole: 'whole: the file up to the cursor is read',
  anchored: 'anchored: the file is damaged before the cursor, and read again from an item behind the damage on',
  soft: 'soft: the file is damaged here, so brackets alone are checked',
  none: 'none: there is no grammar for this language, so nothing is checked',
};

function endings(suffixFollows: boolean | undefined): string {
  if (suffixFollows === undefined) return 'not known: the text after the cursor is damaged';
  return suffixFollows
    ? 'here: the text after the cursor can follow'
    : 'not here: the text after the cursor cannot follow';
}

function sentence(reason: Reason, text: string): string {
  switch (reason.kind) {
    case 'grammar': {
      const { before, character, possible, isIndentation } = reason;
      const here = before === '' ? 'here' : `behind ${quote(before)}`;
      const what = text === character || character === '' ? 'it' : quote(character);
      if (isIndentation) return `${what} makes an indentation that is not open ${here}`;
      return `${what} cannot stand ${here}, where ${listed(possible)} can`;
    }
    case 'tabsOrSpaces':
      return 'the file is indented with the other of tabs and spaces';
    case 'brackets':
      return 'it closes a bracket with the closer of another';
    default:
      return 'the text after the cursor cannot follow';
  }
}

function listed(terminals: readonly TerminalView[]): string {
  const names = terminals.slice(0, shownTerminals).map(({ name, isLiteral }) => (isLiteral ? quote(name) : name));
  const more = terminals.length - names.length;
  return names.length === 0 ? 'nothing' : `${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

const quote = (text: string): string => JSON.stringify(text);
