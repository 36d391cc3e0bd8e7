// The real language servers on small projects: TypeScript's as it ships, and pyright.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ServerProgram } from '../../src/language/serverProcess.ts';
import { OracleBench, type Question } from '../support/oracleBench.ts';

const pyright: ServerProgram = {
  path: process.execPath,
  words: [createRequire(import.meta.url).resolve('pyright/langserver.index.js'), '--stdio'],
};
const shapes = `export interface Shape { area(): number; title?: string; kind: 'circle' | 'square' }
export class Circle implements Shape { area() { return 1; } kind = 'circle' as const; #radius = 1; private hidden = 2 }
export enum Color { Red, Green }
export function scale(shape: Shape, factor: number, origin?: string): Shape { return shape; }
`;
const imported = "import { Circle, Color, scale, type Shape } from './shapes.js';\n";

async function write(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
}

describe('language servers', function () {
  this.timeout(60_000);
  let folder: string;
  let asked: OracleBench;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'palimpsest-servers-'));
    await write(folder, {
      'tsconfig.json': '{ "compilerOptions": { "strict": true, "module": "nodenext", "lib": ["es2022"] } }',
      'package.json': '{ "type": "module", "dependencies": { "express": "*" } }',
      'shapes.ts': shapes,
      'shapes.py':
        'class Shape:\n    def area(self) -> int: ...\n\nclass Open:\n    def __getattr__(self, name): ...\n',
      'things.py': 'def thing(): ...\ndef __getattr__(name): ...\n',
    });
    asked = new OracleBench(folder, { programs: { pyright } });
  });
  after(async () => {
    asked.oracle.dispose();
    await rm(folder, { recursive: true, force: true });
  });

  describe('typescript', () => {
    const words = (source: string, question?: Question): Promise<string | undefined> => asked.words(source, question);

    it('tells the members of a receiver', async () => {
      assert.equal(await words(`${imported}declare const s: Shape;\ns.‸\n`), 'area kind title');
      assert.equal(await words(`${imported}const n = f((Color.‸\nfoo();`), 'Green Red');
      assert.equal(await words(`${imported}new Circle().‸`), 'area kind');
      assert.equal(await words('class A { #x = 1; f() { this.‸ } }'), '#x f');
    });

    it('tells them where the receiver may be null, by their names', async () => {
      assert.equal(await words(`${imported}declare const s: Shape | undefined;\nconst n = s.‸;`), 'area kind title');
    });

    it('says nothing where the receiver may have any', async () => {
      assert.equal(await words('declare const a: any;\na.‸'), undefined);
      assert.equal(await words("import x from 'not-installed';\nx.y.‸"), undefined);
      assert.equal(await words('nowhere.‸'), undefined);
    });

    it('leaves a receiver open that takes names nobody declared', async () => {
      assert.equal(await words('declare const a: { b: 1; [key: string]: number };\na.‸'), 'b …');
      assert.equal(await words('declare const a: { b: 1 } & Record<string, number>;\na.‸'), 'b …');
      assert.equal(await words('const a = { b: 1 };\na.‸', { language: 'javascript', path: 'asked.js' }), 'b …');
    });

    it('tells what can be imported from a module', async () => {
      assert.equal(
        await words("import { ‸ } from './shapes.js';", { site: 'imported' }),
        'Circle Color Shape scale type',
      );
      assert.equal(
        await words("import { Circle, ‸ } from './shapes.js';", { site: 'imported' }),
        'Color Shape scale type',
      );
    });

    it('says nothing of imports from a module that is not named yet', async () => {
      assert.equal(await words('import { ‸\n', { site: 'imported' }), undefined);
      assert.equal(await words("import { ‸\nimport { scale } from './shapes.js';\n", { site: 'imported' }), undefined);
    });

    it('tells the texts of a string that can be just some', async () => {
      const question: Question = { site: 'string' };
      const shape = `${imported}declare const s: Shape;\n`;
      assert.equal(await words(`${shape}if (s.kind === '‸') {}`, question), 'circle square');
      assert.equal(await words(`${shape}switch (s.kind) { case '‸': }`, question), 'circle square');
      assert.equal(await words("declare function f(k: 'a b' | 'c'): void;\nf('‸');", question), 'a b c');
      assert.equal(await words("const k: 'a' | (string & {}) = '‸';", question), 'a …');
      assert.equal(await words("const k: string = '‸';", question), undefined);
    });

    it('tells what is in sight and what could be', async () => {
      const names = await asked.names('const own = 1;\nconst x = ‸', { site: 'scope' });
      const found = (text: string) => names?.names.find((name) => name.text === text);
      assert.deepEqual(
        [found('own')?.importedFrom, found('Circle')?.importedFrom, found('if'), names?.isClosed],
        [undefined, './shapes.js', undefined, false],
      );
      const constructed = await words('const x = new ‸', { site: 'constructed' });
      assert.match(constructed ?? '', /\bMap\b.*\bPromise\b[^…]*$/);
    });

    it('counts arguments', async () => {
      const counts = (source: string): Promise<string | undefined> => asked.counts(source);
      assert.equal(await counts(`${imported}scale(‸`), '2-3 @ 0');
      assert.equal(await counts(`${imported}scale(a, ‸)`), '2-3 @ 1');
      assert.equal(await counts('Math.max(1, [2, 3], ‸)'), '0- @ 2');
      assert.equal(await counts('declare function f(this: Date, a: number, b: void): void;\nf(‸)'), '1-2 @ 0');
      assert.equal(await counts('declare function f(): void;\nf(‸)'), '0-0 @ 0');
      assert.equal(await counts('class A { constructor(a: (b: number) => void, c = 1) {} }\nnew A(‸)'), '1-2 @ 0');
      assert.equal(await counts('let list: Array<‸>'), undefined);
      assert.equal(await counts('declare const f: any;\nf(‸)'), undefined);
    });

    it('brings a name into sight', async () => {
      assert.equal(
        await asked.imported('// first\nconst x = new ‸();\n', 'Circle'),
        'import { Circle } from "./shapes.js";\n\n// first\nconst x = new Circle();\n',
      );
      assert.equal(
        await asked.imported("import { scale } from './shapes.js';\nconst x = new ‸();\n", 'Circle'),
        "import { Circle, scale } from './shapes.js';\nconst x = new Circle();\n",
      );
      assert.equal(await asked.imported(`${imported}const x = new ‸();\n`, 'Circle'), undefined);
      assert.equal(await asked.imported('const x = ‸;\n', 'Nowhere'), undefined);
    });

    it('knows the text it is asked about, not the one on disk, and leaves it out of other documents', async () => {
      const path = 'unsaved.ts';
      await write(folder, { [path]: 'export const saved = 1;\n' });
      assert.equal(await words('const unsaved = { a: 1 };\nunsaved.‸', { path }), 'a');
      assert.equal(await words('export const unsaved = { a: 1 };\nunsaved.‸;', { path }), 'a');
      assert.equal(await words("import { ‸ } from './unsaved.js';", { site: 'imported' }), 'type unsaved');
    });

    it("starts the workspace's own server where it is trusted, and nowhere else", async () => {
      const own = await mkdtemp(join(tmpdir(), 'palimpsest-own-'));
      const home = `node_modules/@typescript/typescript-${process.platform}-${process.arch}`;
      const suffix = process.platform === 'win32' ? '.exe' : '';
      await write(own, {
        [`${home}/package.json`]: '{ "version": "7.9.0" }',
        [`${home}/lib/tsc${suffix}`]: '#!/bin/sh\ntouch started\n',
      });
      await chmod(join(own, home, 'lib', `tsc${suffix}`), 0o755);
      const bench = new OracleBench(own);
      try {
        assert.equal(
          await bench.words('[1].at(0)?.‸', { isTrusted: false }).then((text) => text?.includes('toFixed')),
          true,
        );
        assert.equal(existsSync(join(own, 'started')), false);
        assert.equal(await bench.words('[1].at(0)?.‸'), undefined);
        assert.equal(existsSync(join(own, 'started')), true);
      } finally {
        bench.oracle.dispose();
        await rm(own, { recursive: true, force: true });
      }
    });
  });

  describe('pyright', () => {
    const words = (source: string, question: Question = {}): Promise<string | undefined> =>
      asked.words(source, { language: 'python', ...question });
    /** Whether the names are all there are, and the public ones among them. */
    const publicWords = async (source: string, question?: Question): Promise<string | undefined> =>
      (await words(source, question))?.replaceAll(/\b__\w+__ ?/g, '').trim();

    it('tells the members of a receiver', async () => {
      assert.equal(await publicWords('from shapes import Shape\nShape().‸\nprint(1)\n'), 'area');
      assert.equal(await publicWords('class A:\n    def f(self):\n        self.x = 1\n        return self.‸\n'), 'f x');
      assert.match((await words('import os\nos.‸\n')) ?? '', /\bgetcwd\b[^…]*$/);
      assert.match((await words("', '.‸\n")) ?? '', /\bjoin\b[^…]*$/);
      assert.match((await words('def f(a: "int | None"):\n    return a.‸\n')) ?? '', /\bbit_length\b[^…]*$/);
    });

    it('leaves a receiver open whose type is known in part, or not at all', async () => {
      const isClosed = async (source: string): Promise<boolean | undefined> =>
        (await asked.names(source, { language: 'python' }))?.isClosed;
      assert.equal(await isClosed('def f(a=None):\n    return a.‸\n'), false);
      assert.equal(
        await isClosed(
          'class A:\n    def __init__(self, z=None):\n        self.z = z\n    def f(self):\n        self.z.‸\n',
        ),
        false,
      );
      assert.equal(
        await isClosed('import nowhere\nclass A(nowhere.B):\n    def f(self):\n        return self.‸\n'),
        false,
      );
      assert.equal(await isClosed('from shapes import Open\nOpen().‸\n'), false);
      assert.equal(await isClosed('import things\nthings.‸\n'), false);
      assert.equal(await isClosed('from typing import Any\ndef f(a: "int | Any"):\n    return a.‸\n'), false);
      assert.equal(await isClosed('import nowhere\nnowhere.‸\n'), undefined);
      assert.equal(await isClosed('def f(a):\n    return a.‸\n'), undefined);
    });

    it('leaves a receiver open where a member may be new, or is used that nobody declares', async () => {
      const inMethod = (line: string, other = 'pass'): string =>
        `class A:\n    def __init__(self):\n        self.x = 1\n    def f(self):\n        ${line}\n    def g(self):\n        ${other}\n`;
      const isOpen = async (source: string): Promise<boolean> => (await publicWords(source))?.endsWith('…') ?? false;
      assert.equal(await isOpen(inMethod('return self.‸')), false);
      assert.equal(await isOpen(inMethod('self.‸')), true);
      assert.equal(await isOpen(inMethod('y = self.‸ = 1')), true);
      assert.equal(await isOpen(inMethod('return self.‸ == 1')), false);
      assert.equal(await isOpen(inMethod('return self.‸', 'return self.of_another')), true);
    });

    it('tells what can be imported, and leaves the names of modules open', async () => {
      assert.equal(await publicWords('from shapes import ‸\n', { site: 'imported' }), 'Open Shape');
      assert.match((await words('from things import ‸\n', { site: 'imported' })) ?? '', /thing …$/);
      assert.match((await words('import ‸\n', { site: 'imported' })) ?? '', /\bshapes\b.*…$/);
    });

    it('tells the texts of a string that can be just some', async () => {
      const literal = "from typing import Literal\ndef f(x: Literal['a', 'b c']): ...\n";
      assert.equal(await words(`${literal}f('‸')\n`, { site: 'string' }), 'a b c');
      assert.equal(await words("d = {'a': 1}\nd['‸']\n", { site: 'string' }), 'a …');
    });

    it('counts arguments and names them', async () => {
      const counts = (source: string): Promise<string | undefined> => asked.counts(source, { language: 'python' });
      assert.equal(await counts('def f(a, b=1, *, key): ...\nf(1, ‸)\n'), '2-3 a b key @ 1');
      assert.equal(await counts('def f(a, b, /, c: str = "="): ...\nf(‸\n'), '2-3 c @ 0');
      assert.equal(await counts('def f(*values: int, end: str = ""): ...\nf(1, 2, ‸)\n'), '0- end @ 2');
      assert.equal(await counts('def f(a, **rest): ...\nf(‸)\n'), '1- @ 0');
      assert.equal(await counts('class A:\n    def __init__(self, x: int): ...\nA(‸)\n'), '1-1 x @ 0');
    });

    it('brings a name into sight', async () => {
      assert.equal(
        await asked.imported('import os\n\nx = ‸\n', 'Shape', { language: 'python' }),
        'import os\n\nfrom shapes import Shape\n\nx = Shape\n',
      );
      assert.equal(await asked.imported('class Shape: ...\nx = ‸\n', 'Shape', { language: 'python' }), undefined);
    });
  });

  it('fetch nothing: no types of packages that are not installed', async () => {
    const project = await mkdtemp(join(tmpdir(), 'palimpsest-offline-'));
    await write(project, {
      'package.json': '{ "dependencies": { "express": "*" } }',
      npm: '#!/bin/sh\ntouch "$0.called"\n',
    });
    await chmod(join(project, 'npm'), 0o755);
    const path = process.env.PATH;
    process.env.PATH = [project, path].join(delimiter);
    const bench = new OracleBench(project);
    try {
      const source = "const express = require('express');\n[1].‸";
      assert.ok(await bench.words(source, { language: 'javascript', path: 'index.js' }));
      // Where it is not told otherwise, the server runs npm at once.
      await new Promise((resolve) => setTimeout(resolve, 1000));
      assert.equal(existsSync(join(project, 'npm.called')), false);
    } finally {
      process.env.PATH = path;
      bench.oracle.dispose();
      await rm(project, { recursive: true, force: true });
    }
  });

  it('are not left behind when the program that started them is killed', async () => {
    const tsx = createRequire(import.meta.url).resolve('tsx');
    const program = fileURLToPath(new URL('../support/oracleProcess.ts', import.meta.url));
    const child = spawn(process.execPath, [`--import=${tsx}`, program, folder, ...pyright.words], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = (await once(child.stdout, 'data')) as [Buffer];
    const ids = line.toString().trim().split(' ').map(Number);
    assert.equal(ids.length, 2);
    child.kill('SIGKILL');
    for (const id of ids) {
      while (existsSync(`/proc/${id}`)) await new Promise((resolve) => setTimeout(resolve, 50));
    }
  });

  it('had nothing to say of problems', () => assert.deepEqual(asked.problems, []));
});
