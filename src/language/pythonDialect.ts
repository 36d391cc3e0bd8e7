// Pyright and its relatives: lists are said to be incomplete for the sake of auto-imports, but are whole; that a receiver's type is
// known just in part is not said, and is asked for by giving the receiver a name.
import { argumentIndex, receiverStart } from './backward.ts';
import {
  type Dialect,
  identifier,
  isName,
  type ListedNames,
  labelOf,
  type Probe,
  placeholder,
  probeWith,
  refusesPlaceholder,
} from './dialect.ts';
import type { Place } from './oracle.ts';
import { field, hoverText, textOf } from './shapes.ts';

const literalErrors = new Set(['reportArgumentType', 'reportAssignmentType', 'reportReturnType', 'reportCallIssue']);
const receiver = 'palimpsest_receiver_';
/** The names of modules on an import's line: `import a.b`, `from a.b`. */
const moduleName = /(^|\n|;)[ \t]*(import[ \t]+[^\n#;(]*|from[ \t]+[\w.]*)$/;
export const pythonDialect: Dialect = {
  probes(place, site) {
    if (site === 'string' || moduleName.test(place.before)) return [probeWith(place, '')];
    const plain = probeWith(place, placeholder);
    const named = site === 'member' ? withNamedReceiver(place) : undefined;
    return named ? [named, plain] : [plain];
  },

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
        if (listed.names.has('__getattr__') || mayDeclare(listed.place) || isMixedIn(listed)) return false;
        return await isWhollyKnown(listed);
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

/** The document with a name for the receiver: `(palimpsest_receiver_:=x).palimpsest_`. */
function withNamedReceiver({ before, after }: Place): Probe | undefined {
  const start = receiverStart(before);
  if (start === undefined) return undefined;
  const named = `${before.slice(0, start)}(${receiver}:=${before.slice(start, -1)}).`;
  return { text: named + placeholder + after, offset: named.length };
}

/**
 * Whether nothing about the receiver's type is unknown. `Unknown` and `Any` in a union are not said by a list, nor by an error,
 * nor is a base class that could not be found; the hover of a name for the receiver, and of the missing member, tell them.
 */
async function isWhollyKnown({ place, turn, probe }: ListedNames): Promise<boolean> {
  const start = receiverStart(place.before);
  if (start === undefined || !probe.text.startsWith(receiver, start + 1)) return false;
  const [ofReceiver, ofMember] = await Promise.all([
    turn.ask('textDocument/hover', start + 2),
    turn.ask('textDocument/hover', probe.offset + 1),
  ]);
  const type = new RegExp(`${receiver}: (.*)`, 's').exec(hoverText(ofReceiver) ?? '')?.[1];
  if (type === undefined || type === 'None' || /(^|\| )(Unknown|Any)\b(?!\[)/.test(type)) return false;
  // A member of an unknown base would be a variable; what is nowhere is shown as a function without a type.
  return hoverText(ofMember)?.startsWith(`(function) ${placeholder}: Unknown`) ?? false;
}

/** Whether the place may be where a member is first assigned: `self.x = 1`, and what may become that. */
function mayDeclare({ before, after }: Place): boolean {
  return /^\w*\s*(:[^=\n]*)?=(?!=)/.test(after) || /(^|\n)[ \t]*((self|cls)\.\w+\s*,\s*)*(self|cls)\.$/.test(before);
}

/** Whether the class around a place uses members of its own that nobody declares, as one does that is to be mixed in. */
function isMixedIn({ place: { before, after }, names }: ListedNames): boolean {
  if (!/\b(self|cls)\.$/.test(before)) return false;
  const start = Math.max(0, before.lastIndexOf('\nclass '));
  const length = after.search(/\n[^\s#)\]}]/);
  const body = `${before.slice(start, -1)} ${length < 0 ? after : after.slice(0, length)}`;
  return [...body.matchAll(/\b(?:self|cls)\.(\w+)/g)].some(([, name]) => name !== undefined && !names.has(name));
}
