// The constraint for places where nothing better is known: brackets opened in the completion are closed in order, strings on a
// line hold anything. It is wrong about few texts of few languages, and blocks nothing else.
import type { Vocabulary } from '../model/vocabulary.ts';
import type { ConstraintState } from './constraint.ts';

const closerOf: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };

/** Where a completion stands: closers of the brackets it has opened, innermost last, and the quote of an open string. */
interface Balance {
  readonly closers: string;
  readonly quote: string;
  /** Whether the next character is escaped. */
  readonly escaped: boolean;
  /** Whether an apostrophe would be a word's. */
  readonly endsInLetter: boolean;
}

const balanced: Balance = { closers: '', quote: '', escaped: false, endsInLetter: false };

/** The balance after `text`; undefined where a bracket is closed by another's closer. Closers of what the completion did not open pass. */
function balanceAfter(balance: Balance, text: string): Balance | undefined {
  let { closers, quote, escaped, endsInLetter } = balance;
  for (const character of text) {
    if (escaped) escaped = false;
    else if (character === '\\') escaped = true;
    else if (quote !== '') {
      if (character === quote || (character === '\n' && quote !== '`')) quote = '';
    } else if (character === '"' || character === '`' || (character === "'" && !endsInLetter)) quote = character;
    else if (closerOf[character] !== undefined) closers += closerOf[character];
    else if (closers !== '' && (character === ')' || character === ']' || character === '}')) {
      if (!closers.endsWith(character)) return undefined;
      closers = closers.slice(0, -1);
    }
    endsInLetter = /\p{L}/u.test(character);
  }
  return { closers, quote, escaped, endsInLetter };
}

/** Brackets and strings that `text` opens and does not close. */
export function openedBy(text: string): number {
  const balance = balanceAfter(balanced, text);
  return balance === undefined ? 0 : balance.closers.length + Number(balance.quote !== '');
}

/** The constraint at the start of a completion. */
export function bracketBalance(vocabulary: Vocabulary): ConstraintState {
  const at = (balance: Balance): ConstraintState => {
    const after = (text: string): ConstraintState | undefined => {
      const next = balanceAfter(balance, text);
      return next === undefined ? undefined : at(next);
    };
    const state: ConstraintState = {
      candidates: undefined,
      listLegal: () => undefined,
      legal: (token) => after(vocabulary.decode([token])) !== undefined,
      advance: (token) => after(vocabulary.decode([token])) ?? state,
      afterText: after,
      // what is open may be closed after the cursor
      mayStop: () => true,
      relax: () => state,
    };
    return state;
  };
  return at(balanced);
}
