import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { MonitorItem } from '../../bench/monitor/items.ts';
import { type MissingName, missingNames, type Version } from '../../bench/monitor/pyright.ts';
import { pythonFacts } from '../../bench/monitor/pythonFacts.ts';
import { cutAttributes } from '../../bench/monitor/pythonItems.ts';
import { inTemporaryFolder } from '../../support/temporaryFolder.ts';

const shapes = `class Shape:
    width: int = 1

    def area(self) -> int:
        return self.width


`;

/** Stands for pyright: knows the members of one class, and that nothing is known of what is called \`anything\`. */
async function knowing(versions: readonly Version[]): Promise<MissingName[][]> {
  return versions.map(({ text }) =>
    [...text.matchAll(/(?<=\b(?:shape|self)\.)\w+/g)]
      .filter(({ 0: name }) => !['width', 'area'].includes(name))
      .map(({ 0: name, index }) => ({ start: index, end: index + name.length, message: name })),
  );
}

const file = (text: string) => ({ group: 'project', path: 'project/shapes.py', language: 'python' as const, text });

describe('cutting holes at attributes', () => {
  it('takes those whose receiver has the true name and not any name', async () => {
    const text = `${shapes}shape.area()\nshape.depth\nanything.area()\nshape.width = 1\n`;
    const items = await cutAttributes([{ name: 'project', files: [file(text)], missingNames: knowing }], {
      seed: 1,
      wanted: 20,
    });
    const names = items.map(({ prefix, typed, target }) => prefix.slice(prefix.length - typed) + target);
    assert.deepEqual(names.sort(), ['area', 'width', 'width']);
    for (const { prefix, target, suffix } of items) assert.equal(prefix + target + suffix, text);
  });
});

function hole(code: string, typed = 0): MonitorItem {
  const [before = '', target = '', suffix = ''] = code.split('‸');
  const item = {
    id: 'one',
    path: 'project/shapes.py',
    language: 'python',
    kind: 'member',
    project: 'project',
  } as const;
  return { ...item, prefix: shapes + before, target, suffix, typed };
}

describe('the facts of answers in Python', () => {
  it('asks once about each text', async () => {
    const asked: Version[] = [];
    const ask = (versions: readonly Version[]): Promise<MissingName[][]> => {
      asked.push(...versions);
      return knowing(versions);
    };
    const item = hole('shape.‸area‸()\n');
    const shown = { text: 'area', replaces: 0 };
    const answers = [
      { item, shown },
      { item, shown },
      { item, shown: { text: 'depth + shape.area', replaces: 0 } },
      { item: hole('shape.ar‸ea‸()\n', 2), shown: { text: 'c', replaces: 0 } },
      { item, shown: undefined },
    ];
    const facts = await pythonFacts(answers, ask);
    assert.deepEqual(
      facts.map(({ member }) => member),
      ['exists', 'exists', 'missing', 'missing', undefined],
    );
    assert.deepEqual(
      facts.map(({ accessed }) => accessed),
      [1, 1, 2, 1, 0],
    );
    assert.deepEqual(
      facts.map(({ missing }) => missing),
      [[], [], ['depth'], ['arc'], []],
    );
    assert.equal(asked.length, 4);
    assert.equal(asked[0]?.file, 'shapes.py');
  });
});

describe('pyright', () => {
  it('finds the missing names of versions of a file, and leaves the project alone', async () => {
    await inTemporaryFolder(async (temporary) => {
      const folder = path.join(temporary, 'project');
      await mkdir(path.join(folder, 'inner'), { recursive: true });
      const configuration = { include: ['inner'], extraPaths: ['../packages'], pythonVersion: '3.11' };
      await writeFile(path.join(folder, 'pyrightconfig.json'), JSON.stringify(configuration));
      await writeFile(path.join(folder, 'inner/__init__.py'), '');
      await writeFile(path.join(folder, 'inner/shapes.py'), shapes);
      const head = 'from .shapes import Shape\nimport math\nfrom nowhere import anything\n';
      const main = (code: string): Version => ({ file: 'inner/main.py', text: `${head}é = 1; ${code}\n` });
      const versions = [
        main('Shape().area()'),
        main('Shape().depth'),
        main('math.sine(1)'),
        main('anything.depth'),
        main('Shape().width = ""'),
      ];
      await writeFile(path.join(folder, 'inner/main.py'), head);
      const found = await missingNames(versions, { folder, scratch: path.join(temporary, 'scratch') });
      const names = found.map((each, number) => each.map(({ start, end }) => versions[number]!.text.slice(start, end)));
      assert.deepEqual(names, [[], ['depth'], ['sine'], [], []]);
      assert.equal(await readFile(path.join(folder, 'inner/main.py'), 'utf8'), head);
    });
  });
});
