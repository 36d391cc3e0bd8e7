// Every check and every suite, one after another, and their sum as the last line. `npm test`; `--only NAME` runs one part.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

interface Step {
  readonly part: 'check' | 'unit' | 'flow' | 'vscode' | 'gpu';
  readonly name: string;
  readonly command: string;
  readonly words: readonly string[];
}

const mocha = (part: Step['part'], timeoutMs: number): Step => ({
  part,
  name: `${part} tests`,
  command: 'mocha',
  words: ['--import=tsx', '--timeout', String(timeoutMs), `test/${part}/**/*.test.ts`],
});

const steps: readonly Step[] = [
  { part: 'check', name: 'format and lint', command: 'biome', words: ['ci', '--error-on-warnings'] },
  { part: 'check', name: 'types', command: 'tsc', words: [] },
  { part: 'check', name: 'layering', command: 'depcruise', words: ['src', '--config', '.dependency-cruiser.cjs'] },
  { part: 'check', name: 'dead code', command: 'knip', words: [] },
  mocha('unit', 60_000),
  mocha('flow', 120_000),
  mocha('vscode', 180_000),
  mocha('gpu', 180_000),
];

interface Result {
  readonly passed: number;
  readonly failed: number;
}

const root = fileURLToPath(new URL('..', import.meta.url));

/** Runs a step with its output shown. A check counts as one test; a suite as many as mocha says it ran. */
async function run(step: Step): Promise<Result> {
  console.log(`\n── ${step.name}`);
  const child = spawn(fileURLToPath(new URL(`../node_modules/.bin/${step.command}`, import.meta.url)), step.words, {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
    shell: process.platform === 'win32',
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    process.stdout.write(text);
    output += text;
  });
  const code = await new Promise<number>((resolve) => {
    child.on('error', (error) => {
      console.log(error.message);
      resolve(1);
    });
    child.on('close', (status) => resolve(status ?? 1));
  });
  if (step.part === 'check') return code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
  const count = (word: string): number => Number(new RegExp(`^ *(\\d+) ${word}`, 'm').exec(output)?.[1] ?? 0);
  const passed = count('passing');
  const failed = count('failing') + count('pending');
  // a suite that died, or ran nothing, has failed
  return { passed, failed: failed > 0 || (code === 0 && passed > 0) ? failed : 1 };
}

const { values } = parseArgs({ options: { only: { type: 'string' } } });
const chosen = steps.filter(({ part }) => values.only === undefined || part === values.only);
let passed = 0;
let failed = 0;
for (const step of chosen) {
  const result = await run(step);
  passed += result.passed;
  failed += result.failed;
  if (result.failed > 0) console.log(`── ${step.name}: ${result.failed} failed`);
}
console.log(`\n${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
