// A document → which files are like it, and which of them are nearest.

const families: readonly { readonly languages: readonly string[]; readonly endings: readonly string[] }[] = [
  {
    languages: ['typescript', 'typescriptreact', 'javascript', 'javascriptreact'],
    endings: ['ts', 'tsx', 'mts', 'cts', 'js', 'jsx', 'mjs', 'cjs'],
  },
  { languages: ['c', 'cpp', 'cuda-cpp'], endings: ['c', 'h', 'cc', 'cpp', 'cxx', 'hh', 'hpp', 'hxx', 'cu', 'cuh'] },
  { languages: ['css', 'scss', 'less'], endings: ['css', 'scss', 'less'] },
  { languages: ['html', 'vue', 'svelte'], endings: ['html', 'htm', 'vue', 'svelte'] },
  { languages: ['python'], endings: ['py', 'pyi'] },
  { languages: ['shellscript'], endings: ['sh', 'bash'] },
];

/** Data, not code: what stands in one file says little of another. */
const dataLanguages: ReadonlySet<string> = new Set(['json', 'jsonc', 'plaintext', 'log', 'csv', 'xml']);

/** A glob of the files that are like one of this language and path; undefined where none are. */
export function globOf(language: string, path: string): string | undefined {
  if (dataLanguages.has(language)) return undefined;
  const family = families.find(({ languages }) => languages.includes(language));
  if (family !== undefined) return `**/*.{${family.endings.join(',')}}`;
  const ending = /\.([A-Za-z0-9_+-]+)$/.exec(path)?.[1];
  return ending === undefined ? undefined : `**/*.${ending}`;
}

/** What has paths, by the number of folders that lie between them and `from`; the same paths come in the same order. */
export function nearestFirst<T extends { readonly path: string }>(items: readonly T[], from: string): T[] {
  const origin = from.split('/');
  const distance = (path: string): number => {
    const parts = path.split('/');
    let shared = 0;
    while (shared < parts.length - 1 && parts[shared] === origin[shared]) shared++;
    return parts.length + origin.length - 2 * shared;
  };
  return items
    .map((item) => ({ item, far: distance(item.path) }))
    .sort((one, other) => one.far - other.far || (one.item.path < other.item.path ? -1 : 1))
    .map(({ item }) => item);
}
