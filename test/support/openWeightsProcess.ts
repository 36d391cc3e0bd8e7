// A process that opens each model named on its command line: a line of JSON with its path and what it was refused for, and at the end
// the most memory that the process had, in bytes.
import { readFileSync } from 'node:fs';
import { ModelFileError } from '../../src/model/format/modelFileError.ts';
import { openWeights } from '../../src/model/format/openWeights.ts';

for (const path of process.argv.slice(2)) {
  const refusal = await openWeights(path).then(
    (weights) => weights.close().then(() => 'opened'),
    (error: unknown) => (error instanceof ModelFileError ? error.message : `broken: ${error}`),
  );
  console.log(JSON.stringify([path, refusal]));
}

/** What the system counts for a process includes the memory of the one that it was forked from; Linux tells them apart. */
function mostBytes(): number {
  if (process.platform !== 'linux') return process.resourceUsage().maxRSS * 1024;
  const peak = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
  return Number(peak) * 1024;
}
console.log(mostBytes());
