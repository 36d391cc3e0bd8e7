// Names on the embedded model and the real language server, through the command line: what the model makes up when it is left to
// itself is not in the project, and what it says with the facts is.
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCli } from '../support/built.ts';
import { cut } from '../support/check.ts';

const shapes = `export interface Shape {
  area(): number;
  readonly perimeter: number;
}

export class Circle implements Shape {
  readonly perimeter = 6;

  constructor(readonly radius: number) {}

  area(): number {
    return 3 * this.radius;
  }
}

export function scale(shape: Circle, factor: number): Circle {
  return new Circle(shape.radius * factor);
}
`;

const use = `import { Circle, scale, type Shape } from './shapes.js';

export function describe(shape: Shape): string {
  const size = shape.‸
  return \`\${size}\`;
}
`;

const files: Readonly<Record<string, string>> = {
  'package.json': '{ "name": "shapes", "type": "module" }',
  'tsconfig.json': '{ "compilerOptions": { "strict": true, "module": "nodenext" }, "include": ["src"] }',
  'src/shapes.ts': shapes,
  'src/use.ts': use.replace('‸', ''),
};

describe('the monitor of names', function () {
  this.timeout(120_000);
  let folder: string;
  const place = (): string => `${join(folder, 'src/use.ts')}:4:22`;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'palimpsest-names-'));
    await mkdir(join(folder, 'src'));
    for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it('names a member that there is where the model alone names one that there is not', async () => {
    const alone = await runCli(['complete', place(), '--monitor', 'off']);
    const held = await runCli(['complete', place()]);
    assert.equal(held.stderr, '');
    const nameIn = (text: string): string => /^\w+/.exec(text)?.[0] ?? '';
    assert.ok(!['area', 'perimeter'].includes(nameIn(alone.stdout)), alone.stdout);
    assert.ok(['area', 'perimeter'].includes(nameIn(held.stdout)), held.stdout);
  });

  it('shows who knows what at a place', async () => {
    const { stdout } = await runCli(['monitor', place()]);
    assert.match(stdout, /^here +a member of what stands before it$/m);
    assert.match(stdout, /^answer +2 names, no others, after \d+ ms$/m);
    assert.match(stdout, /% {2}area/);
    assert.match(stdout, /% {2}".*" {2}cut$/m);
  });

  it('holds items of a batch to the project that they are in', async () => {
    const item = { id: 1, path: 'src/unsaved.ts', projectRoot: folder, ...cut(use) };
    const { stdout } = await runCli(['batch'], JSON.stringify(item));
    const { monitor, drafts, counters } = JSON.parse(stdout);
    assert.equal(monitor, 'on');
    assert.match(drafts[0].text, /^(area|perimeter)\b/);
    assert.ok(counters.monitorQueries > 0);
    const { projectRoot, ...homeless } = item;
    assert.equal(JSON.parse((await runCli(['batch'], JSON.stringify(homeless))).stdout).monitor, 'off');
  });

  it('starts nothing for a language whose server would run code of the project, unless it is told to', async () => {
    await writeFile(join(folder, 'a.py'), 'import os\nos.\n');
    const { stdout, stderr } = await runCli(['monitor', `${join(folder, 'a.py')}:2:4`]);
    assert.equal(stderr, '');
    assert.match(stdout, /^coverage +none: .*--trust on/m);
  });
});
