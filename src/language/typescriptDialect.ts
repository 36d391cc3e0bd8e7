// TypeScript's native language server, as of 7.0: labels are names, auto-imports carry their module, lists are whole.
import { argumentIndex } from './backward.ts';
import {
  type Dialect,
  identifier,
  isName,
  itemKinds,
  kindOf,
  type ListedNames,
  labelOf,
  placeholder,
  probeWith,
  refusesPlaceholder,
} from './dialect.ts';
import { field, hoverText, listOf, textOf } from './shapes.ts';

/** Errors about a literal where another was expected: assigned, passed, compared, used as a case, as a key. */
const literalErrors = new Set(['2322', '2345', '2367', '2678', '2769', '2820', '2339', '2551', '7053']);

export const typescriptDialect: Dialect = {
  probes: (place, site) => [probeWith(place, site === 'string' ? '' : placeholder)],

  nameOf(item, site) {
    const label = labelOf(item);
    if (site === 'string') return isName(item) && label !== '' ? label : undefined;
    // `type` in an import is a name like any other to a lexer.
    if (site === 'imported' && label === 'type') return label;
    // In JavaScript, words of the file are offered as text.
    if (!isName(item) || kindOf(item) === itemKinds.text) return undefined;
    const name = label.endsWith('?') ? label.slice(0, -1) : label;
    return name.startsWith('#') ? identifier(name.slice(1)) && name : identifier(name);
  },

  importedFrom(item) {
    if (typeof field(field(item, 'data'), 'autoImport') !== 'object') return undefined;
    return textOf(field(field(item, 'labelDetails'), 'description')) ?? textOf(field(field(item, 'data'), 'source'));
  },

  isAlwaysWhole: false,

  async isClosed(listed) {
    if (listed.site === 'string') return await refusesPlaceholder(listed, literalErrors);
    if (listed.site !== 'member') return true;
    // Objects of JavaScript take names that nobody declared.
    return listed.place.language.startsWith('typescript') && (await lacksPlaceholder(listed));
  },

  signature(label, parameters, language) {
    // The list may be that of type parameters.
    if (!label.includes(`(${parameters.join(', ')})`)) return undefined;
    const counted = parameters.filter((parameter) => !/^this\s*:/.test(parameter));
    const last = counted.findLastIndex((parameter) => !isOptional(parameter));
    return {
      least: language.startsWith('javascript') ? 0 : last + 1,
      most: counted.some((parameter) => parameter.startsWith('...')) ? Number.POSITIVE_INFINITY : counted.length,
      keywords: undefined,
    };
  },

  // The server stays at a last parameter that takes any number of arguments, and says nothing where there are no parameters.
  argument: (before, active, parameters) =>
    active === undefined || parameters[active]?.startsWith('...') ? argumentIndex(before) : active,
};

/** By a question mark, by taking any number of arguments, or by a type that lets the argument be left out. */
function isOptional(parameter: string): boolean {
  if (/^(\.\.\.|[\w$]+\?)/.test(parameter)) return true;
  const type = parameter.slice(parameter.indexOf(':') + 1);
  return !type.includes('=>') && /(^|\|)\s*void\s*(\||$)/.test(type);
}

/** The placeholder is no member: it is declared nowhere, not even by an index signature, and has no type. */
async function lacksPlaceholder({ turn, probe }: ListedNames): Promise<boolean> {
  const offset = probe.offset + 1;
  const [definition, hover] = await Promise.all([
    turn.ask('textDocument/definition', offset),
    turn.ask('textDocument/hover', offset),
  ]);
  const isDeclared =
    definition === undefined || listOf(definition).length > 0 || field(definition, 'uri') !== undefined;
  if (isDeclared || hover === undefined) return false;
  const text = hoverText(hover);
  return text === undefined || /^(\(\w+\) \S+: )?any$/.test(text.trim());
}
