// Place in a file → why nothing is offered there. Completions stay out of secrets, out of editors that hold no code,
// and out of edits with several cursors or a selection, where inserted text would land in places the user did not mean.
import picomatch from 'picomatch';

/** Maps of the settings `palimpsest.languages` and `palimpsest.exclude`, defaults already merged in. */
export interface FileRules {
  /** Language identifier → offered there? `*` speaks for every language not named. */
  readonly languages: Readonly<Record<string, boolean>>;
  /** Glob → excluded? A glob without a slash is matched against the file name alone. */
  readonly exclude: Readonly<Record<string, boolean>>;
}

/** The file of a request. `paths` are its path and, inside a workspace folder, its path relative to that folder. */
export interface FilePlace {
  readonly scheme: string;
  readonly language: string;
  readonly paths: readonly string[];
}

export type Reason = 'scheme' | 'language' | 'excluded' | 'selection';

/** Schemes of documents that look like editors and hold no code of the user's. */
const foreignSchemes: ReadonlySet<string> = new Set([
  'output',
  'debug',
  'search-editor',
  'git',
  'comment',
  'vscode-scm',
  'vscode-terminal',
  'vscode-chat-input',
  'chatSessionInput',
  'vscode-interactive-input',
  'walkThroughSnippet',
  'palimpsest',
]);

/**
 * Compiles the rules once; the returned function is cheap enough for every keystroke.
 * It answers `undefined` where completions are welcome.
 */
export function compileRules(rules: FileRules): (place: FilePlace) => Reason | undefined {
  const excluded = exclusions(rules);
  const otherLanguages = rules.languages['*'] ?? true;
  return (place) => {
    if (foreignSchemes.has(place.scheme)) return 'scheme';
    if (!(rules.languages[place.language] ?? otherLanguages)) return 'language';
    const paths = plainPaths(place);
    if (excluded.some(({ isMatch }) => paths.some((path) => isMatch(path)))) return 'excluded';
    return undefined;
  };
}

/** The first entry of `exclude` that keeps completions out of a file. */
export function excludingGlob(rules: Pick<FileRules, 'exclude'>, place: FilePlace): string | undefined {
  const paths = plainPaths(place);
  return exclusions(rules).find(({ isMatch }) => paths.some((path) => isMatch(path)))?.glob;
}

interface Exclusion {
  readonly glob: string;
  readonly isMatch: (path: string) => boolean;
}

function exclusions({ exclude }: Pick<FileRules, 'exclude'>): readonly Exclusion[] {
  const globs = Object.entries(exclude).flatMap(([glob, on]) => (on && glob !== '' ? [glob] : []));
  return globs.map((glob) => ({
    glob,
    isMatch: picomatch(glob, { dot: true, nocase: true, basename: !glob.includes('/') }),
  }));
}

function plainPaths({ paths }: FilePlace): readonly string[] {
  return paths.map((path) => path.replaceAll('\\', '/').replace(/^\/+/, ''));
}

/** True when text may be offered for these selections: one cursor and nothing selected. */
export function singleCursor(selections: readonly { readonly isEmpty: boolean }[]): boolean {
  return selections.length === 1 && selections[0]?.isEmpty === true;
}
