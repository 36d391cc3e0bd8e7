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
  'palimpsest-trace',
]);

/**
 * Compiles the rules once; the returned function is cheap enough for every keystroke.
 * It answers `undefined` where completions are welcome.
 */
export function compileRules(rules: FileRules): (place: FilePlace) => Reason | undefined {
  const globs = Object.entries(rules.exclude).flatMap(([glob, on]) => (on && glob !== '' ? [glob] : []));
  const excluded = globs.map((glob) => picomatch(glob, { dot: true, nocase: true, basename: !glob.includes('/') }));
  const otherLanguages = rules.languages['*'] ?? true;
  return (place) => {
    if (foreignSchemes.has(place.scheme)) return 'scheme';
    if (!(rules.languages[place.language] ?? otherLanguages)) return 'language';
    const paths = place.paths.map((path) => path.replaceAll('\\', '/').replace(/^\/+/, ''));
    if (excluded.some((matches) => paths.some((path) => matches(path)))) return 'excluded';
    return undefined;
  };
}

/** True when text may be offered for these selections: one cursor and nothing selected. */
export function singleCursor(selections: readonly { readonly isEmpty: boolean }[]): boolean {
  return selections.length === 1 && selections[0]?.isEmpty === true;
}
