// Drafts that the grammar let through and should not have: what is kept of them, and that nothing else suffers.
import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type GrammarCase, grammarCases } from '../../../src/engine/grammarCases.ts';

const found: GrammarCase = { language: 'json', prefix: '[1', suffix: ']', draft: '}', replaces: 0 };

describe('cases of the grammar', () => {
  let folder: string;
  let said: string[];
  const log = (text: string): void => {
    said.push(text);
  };

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'palimpsest-cases-'));
    said = [];
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('are kept as they were met, and told of once', async () => {
    const inside = join(folder, 'not there yet');
    const keep = grammarCases(inside, log);
    await keep(found);
    await keep({ ...found });
    await grammarCases(inside, log)(found);
    const [name, ...others] = await readdir(inside);
    assert.deepEqual(others, []);
    assert.deepEqual(JSON.parse(await readFile(join(inside, name!), 'utf8')), found);
    assert.equal(said.length, 1);
    assert.match(said[0]!, /^json: .*\.json$/);
  });

  it('are fifty at most, the oldest out, and leave other files alone', async () => {
    const keep = grammarCases(folder, log);
    await writeFile(join(folder, 'notes.txt'), '');
    for (let i = 0; i < 50; i++) await keep({ ...found, draft: `${i}` });
    const first = /[0-9a-f]{12}\.json$/.exec(said[0]!)![0];
    await utimes(join(folder, first), 0, 0);
    await keep(found);
    const names = await readdir(folder);
    assert.equal(names.length, 51);
    assert.ok(!names.includes(first));
    assert.ok(names.includes('notes.txt'));
  });

  it('are told of where the disk takes none', async () => {
    const file = join(folder, 'a file');
    await writeFile(file, '');
    await grammarCases(file, log)(found);
    assert.equal(said.length, 1);
    assert.match(said[0]!, /cannot be kept/);
  });
});
