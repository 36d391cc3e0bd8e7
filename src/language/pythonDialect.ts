// Pyright and its relatives: lists are said to be incomplete for the sake of auto-imports, but are whole; that a receiver's type is
// known just in part is not said, and is asked for by giving the receiver a name.
import { argumentIndex, receiverStart } from './backward.ts';
import {
  type Dialect,
  identifier,
  isName,
  type ListedNames,
  labelOf,
  placeholder,
  refusesPlaceholder,
} from './dialect.ts';
import { field, hoverText, textOf } from './shapes.ts';

const literalErrors = new Set(['reportArgumentType', 'reportAssignmentType', 'reportReturnType', 'reportCallIssue']);
const receiver = 'palimpsest_receiver_';
/** The names of modules on an import's line: `import a.b`, `from a.b`. */
const moduleName = /(^|\n|;)[ \t]*(import[ \t]+[^\n#;(]*|from[ \t]+[\w.]*)$/;
export const pythonDialect: Dialect = {
  placeholder: ({ before }, site) => (site === 'string' || moduleName.test(before) ? '' : placeholder),

  nameOf(item, site) {
    if (!isName(item)) return undefined;
    const label = labelOf(item);
    // Literals are offered with their quotes.
    if (site === 'string') return /^(['"])(.*)\1$/s.exec(label)?.[2] ?? (label || undefined);
    return identifier(label.endsWith('=') ? label.slice(0, -1) : label);
  },

  importedFrom(item) {
    const text = textOf(field(field(item, 'data'), 'autoImportText'));
    if (text === undefined && textOf(field(item, 'detail')) !== 'Auto-import') return undefined;
    return textOf(field(field(item, 'labelDetails'), 'description')) ?? text ?? '';
  },

  isAlwaysWhole: true,

  async isClosed(listed) {
    const { before } = listed.place;
    if (moduleName.test(before)) return false;
    switch (listed.site) {
      case 'member':
        return !listed.names.has('__getattr__') && (await isWhollyKnown(listed));
      case 'imported':
        return !listed.names.has('__getattr__');
      case 'string':
        // Keys of a dictionary may be new.
        return !/\[\s*\w?["']$/.test(before) && (await refusesPlaceholder(listed, literalErrors));
      default:
        return false;
    }
  },

  signature(_, parameters) {
    let least = 0;
    let most = 0;
    let keywords: string[] | undefined = [];
    for (const parameter of parameters) {
      if (parameter === '/') keywords &&= [];
      // `...` stands for `*args, **kwargs` without types, too.
      else if (parameter === '...' || parameter.startsWith('**')) keywords = undefined;
      else if (/^\*./.test(parameter)) most = Number.POSITIVE_INFINITY;
      else if (parameter !== '*') {
        const name = /^[\p{ID_Start}_][\p{ID_Continue}]*/u.exec(parameter)?.[0];
        if (name === undefined) return undefined;
        keywords?.push(name);
        most += 1;
        if (!hasDefault(parameter)) least += 1;
      }
    }
    return { least, most: keywords === undefined ? Number.POSITIVE_INFINITY : most, keywords };
  },

  // What the server counts are parameters, which arguments with names reach in any order.
  argument: (before) => argumentIndex(before),
};

function hasDefault(parameter: string): boolean {
  return parameter.replace(/'[^']*'|"[^"]*"/g, '').includes('=');
}

/**
 * Whether nothing about the receiver's type is unknown. `Unknown` and `Any` in a union are not said by a list, nor by an error,
 * nor is a base class that could not be found; the hover of a name for the receiver, and of the missing member, tell them.
 */
async function isWhollyKnown({ place, turn }: ListedNames): Promise<boolean> {
  const { before } = place;
  const start = receiverStart(before);
  if (start === undefined) return false;
  const named = `${before.slice(0, start)}(${receiver}:=${before.slice(start, -1)}).`;
  const text = named + placeholder + place.after;
  turn.show({ uri: place.document.uri, languageId: place.language, text, restingText: before + place.after });
  const [ofReceiver, ofMember] = await Promise.all([
    turn.ask('textDocument/hover', start + 2),
    turn.ask('textDocument/hover', named.length + 1),
  ]);
  const type = new RegExp(`${receiver}: (.*)`, 's').exec(hoverText(ofReceiver) ?? '')?.[1];
  if (type === undefined || type === 'None' || /(^|\| )(Unknown|Any)\b(?!\[)/.test(type)) return false;
  // A member of an unknown base would be a variable; what is nowhere is shown as a function without a type.
  return hoverText(ofMember)?.startsWith(`(function) ${placeholder}: Unknown`) ?? false;
}
