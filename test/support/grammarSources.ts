// Real sources of the languages that tests of grammars take apart: files of this repository, without an error.
import { readFileSync } from 'node:fs';

const root = new URL('../../', import.meta.url);

/** Text of a file of the repository. */
export const repositoryFile = (path: string): string => readFileSync(new URL(path, root), 'utf8');

const card = `import { useState, type ReactNode } from 'react';

interface CardProps<T> {
  readonly title: string;
  readonly items: readonly T[];
  children?: ReactNode;
}

// The count is the user's; the items are not.
export function Card<T extends { id: string }>({ title, items, children }: CardProps<T>) {
  const [count, setCount] = useState<number>(0);
  const isFull = count < 10 && items.length > 2;
  return (
    <section className={\`card \${isFull ? 'full' : ''}\`} onClick={() => setCount((n) => n + 1)}>
      <h1 data-n={1}>{title} &amp; 'more' {/* nothing */}</h1>
      {items.map((item) => <Item key={item.id} {...item} />)}
      <>{children ?? null}</>
    </section>
  );
}
`;

const withoutTypes = card
  .replace(/interface[^}]*\}\n/, '')
  .replace(', type ReactNode', '')
  .replace('<T extends { id: string }>', '')
  .replace(': CardProps<T>', '')
  .replace('<number>', '');

const paths: Readonly<Record<string, readonly string[]>> = {
  typescript: ['test/fixtures/text/typescript.txt', 'src/constraint/brackets.ts', 'src/context/gather.ts'],
  typescriptreact: ['src/decode/stop.ts'],
  javascript: ['.dependency-cruiser.cjs'],
  python: ['test/fixtures/text/python.txt', 'scripts/goldenQuants.py'],
  json: ['test/fixtures/text/json.txt', 'biome.json', 'tsconfig.json'],
  java: ['test/fixtures/text/java.txt'],
  go: ['test/fixtures/text/go.txt'],
  rust: ['test/fixtures/text/rust.txt'],
  cpp: ['test/fixtures/text/cpp.txt'],
  c: ['test/fixtures/text/c.txt'],
  html: ['test/fixtures/text/html.txt'],
};

const inline: Readonly<Record<string, readonly string[]>> = { typescriptreact: [card], javascript: [withoutTypes] };

/** Names that the editor has for the languages with sources here. */
export const sourceLanguages: readonly string[] = Object.keys(paths);

/** The languages with a scanner of their own or none. */
export const firstClassLanguages = ['typescript', 'typescriptreact', 'javascript', 'python', 'json'] as const;

export function sourcesOf(language: string): readonly string[] {
  return [...(inline[language] ?? []), ...(paths[language] ?? []).map(repositoryFile)];
}
