// gopls, rust-analyzer and clangd: what stands behind a name in their labels is cut off; lists are whole where they say so.
import { argumentIndex } from './backward.ts';
import { type Dialect, identifier, isName, labelOf, placeholder, probeWith } from './dialect.ts';
import { field, listOf, textOf } from './shapes.ts';

/** The name at the start of a label or of what is matched against: `push_back(const T &x)`, `into_iter()`, `vec!`. */
function leadingName(item: unknown): string | undefined {
  if (!isName(item)) return undefined;
  const text = textOf(field(item, 'filterText')) ?? textOf(field(item, 'insertText')) ?? labelOf(item);
  const name = identifier(
    text
      .replace(/^[\s•]+/, '')
      .split(/[(<[{!\s…]/, 1)[0]
      ?.trim(),
  );
  return name === 'operator' ? undefined : name;
}

const common: Omit<Dialect, 'signature'> = {
  probes: (place, site) => [probeWith(place, site === 'string' ? '' : placeholder)],
  nameOf: leadingName,
  importedFrom(item) {
    const details = field(item, 'labelDetails');
    const said = `${textOf(field(details, 'detail')) ?? ''} ${textOf(field(item, 'detail')) ?? ''}`;
    const module = /\(use ([^)]+)\)/.exec(said)?.[1] ?? /\(from "([^"]+)"\)/.exec(said)?.[1];
    if (module !== undefined) return module;
    if (listOf(field(item, 'additionalTextEdits')).length === 0) return undefined;
    return textOf(field(details, 'description')) ?? '';
  },
  isAlwaysWhole: false,
  isClosed: ({ site }) => Promise.resolve(site === 'member'),
  argument: (before) => argumentIndex(before),
};

/** Without counts: macros, default arguments and packs make them uncertain. */
export const plainDialect: Dialect = { ...common, signature: () => undefined };

export const goDialect: Dialect = {
  ...common,
  signature(_, parameters) {
    const isVariadic = /(^|\s)\.\.\./.test(parameters.at(-1) ?? '');
    const fixed = parameters.length - (isVariadic ? 1 : 0);
    // One call that has several results may stand for all arguments.
    return { least: Math.min(fixed, 1), most: isVariadic ? Number.POSITIVE_INFINITY : fixed, keywords: undefined };
  },
};
