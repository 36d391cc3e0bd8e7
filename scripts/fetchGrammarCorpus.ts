// Fetches the pinned packages of test/bench/grammar/corpus.json into .cache/grammar-corpus. Run: npx tsx scripts/fetchGrammarCorpus.ts

import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { grammarPackageFolder, listGrammarCorpus } from '../test/bench/grammar/corpus.ts';
import { unpackPackage } from './packageArchive.ts';

const run = promisify(execFile);

let failures = 0;
for (const entry of await listGrammarCorpus()) {
  const folder = grammarPackageFolder(entry);
  try {
    await unpackPackage(entry, folder);
    if (entry.innerArchive !== undefined) {
      const inner = path.join(folder, path.parse(entry.innerArchive).name);
      if (!existsSync(inner)) {
        await mkdir(inner);
        await run('python3', ['-m', 'zipfile', '-e', path.join(folder, entry.innerArchive), inner]);
      }
    }
    process.stdout.write(`${entry.name}@${entry.version} ready\n`);
  } catch (error) {
    failures += 1;
    process.stderr.write(`${entry.name}@${entry.version}: ${error instanceof Error ? error.message : String(error)}\n`);
  }
}
process.exitCode = failures === 0 ? 0 : 1;
