// Fetches the pinned packages of test/bench/corpus.json into .cache/corpus. Run: npx tsx scripts/fetchCorpus.ts

import { listCorpus, packageFolder } from '../test/bench/corpus.ts';
import { unpackPackage } from './packageArchive.ts';

let failures = 0;
for (const entry of await listCorpus()) {
  try {
    await unpackPackage(entry, packageFolder(entry));
    process.stdout.write(`${entry.name}@${entry.version} ready\n`);
  } catch (error) {
    failures += 1;
    process.stderr.write(`${entry.name}@${entry.version}: ${error instanceof Error ? error.message : String(error)}\n`);
  }
}
process.exitCode = failures === 0 ? 0 : 1;
