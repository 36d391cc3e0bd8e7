// Drafts that the grammar let end and that break the document all the same: each shows a fault in the constraint. They are kept
// as files on this machine, a few, so that somebody can look into them.
import { createHash } from 'node:crypto';
import { mkdir, readdir, stat, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A document, and what was to go into it at the cursor. */
export interface GrammarCase {
  readonly language: string;
  readonly prefix: string;
  readonly suffix: string;
  readonly draft: string;
  /** UTF-16 units after the cursor that the draft replaces. */
  readonly replaces: number;
}

/** Files kept. */
const mostFiles = 50;

/**
 * Keeps cases in `folder`, the newest fifty, and tells `log` of each that is not there yet.
 * @returns a function that keeps one; its promise resolves when that is done, and also where the disk does not let it
 */
export function grammarCases(folder: string, log: (text: string) => void): (found: GrammarCase) => Promise<void> {
  const known = new Set<string>();
  return async (found) => {
    const content = `${JSON.stringify(found, undefined, 2)}\n`;
    const hash = createHash('sha256').update(content).digest('hex').slice(0, 12);
    if (known.has(hash)) return;
    known.add(hash);
    const file = join(folder, `${hash}.json`);
    const said = `${found.language}: a draft that the grammar let end breaks the document: case ${hash}`;
    // what keeps the folder from being made keeps the file from being written
    await mkdir(folder, { recursive: true }).catch(() => undefined);
    try {
      await writeFile(file, content, { flag: 'wx' });
    } catch (error) {
      const isThere = error instanceof Error && 'code' in error && error.code === 'EEXIST';
      if (!isThere) log(`${said}, which cannot be kept`);
      return;
    }
    log(`${said}, kept as ${file}`);
    await dropOldest(folder).catch(() => undefined);
  };
}

async function dropOldest(folder: string): Promise<void> {
  const names = (await readdir(folder)).filter((name) => /^[0-9a-f]{12}\.json$/.test(name));
  if (names.length <= mostFiles) return;
  const files = await Promise.all(
    names.map(async (name) => ({ path: join(folder, name), ageMs: -(await stat(join(folder, name))).mtimeMs })),
  );
  const oldest = files.sort((left, right) => left.ageMs - right.ageMs).slice(mostFiles);
  await Promise.all(oldest.map(({ path }) => unlink(path)));
}
