// An installed extension → one that also has a file system in memory, under `memory:`, before the editor has run.
import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** @param files texts by name, all in `memory:/project` */
export async function addMemoryFiles(extension: string, files: Readonly<Record<string, string>>): Promise<void> {
  const entry = fileURLToPath(new URL('./memoryFiles.ts', import.meta.url));
  const outfile = join(extension, 'dist', 'memoryFiles.cjs');
  await build({ entryPoints: [entry], outfile, bundle: true, platform: 'node', format: 'cjs', external: ['vscode'] });
  await writeFile(join(extension, 'dist', 'memoryFiles.json'), JSON.stringify(files));
  await appendFile(join(extension, 'dist', 'extension.cjs'), "\nrequire('./memoryFiles.cjs');\n");
  const path = join(extension, 'package.json');
  const manifest = JSON.parse(await readFile(path, 'utf8')) as { activationEvents: string[] };
  manifest.activationEvents.push('onFileSystem:memory');
  await writeFile(path, JSON.stringify(manifest));
}
