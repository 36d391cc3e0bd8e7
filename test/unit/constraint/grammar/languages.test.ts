import assert from 'node:assert/strict';
import { cp, stat, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { openGrammar } from '../../../../src/constraint/grammar/languages.ts';
import { inTemporaryFolder } from '../../../support/temporaryFolder.ts';

const shipped = fileURLToPath(new URL('../../../../grammars', import.meta.url));

const grammars = {
  typescript: 'typescript',
  typescriptreact: 'tsx',
  javascript: 'javascript',
  javascriptreact: 'javascript',
  python: 'python',
  json: 'json',
  jsonc: 'json',
  java: 'java',
  go: 'go',
  rust: 'rust',
  c: 'c',
  cpp: 'cpp',
  csharp: 'c_sharp',
  php: 'php',
  ruby: 'ruby',
  shellscript: 'bash',
  css: 'css',
  html: 'html',
};

describe('openGrammar', () => {
  for (const [languageId, name] of Object.entries(grammars))
    it(`opens ${name} for ${languageId}`, async () => {
      const grammar = await openGrammar(shipped, languageId);
      assert.equal(grammar?.name, name);
      assert.equal(grammar.tables.name, name);
      assert.equal(grammar.tables.rowStart.length, grammar.tables.stateCount + 1);
      assert.ok((await stat(grammar.wasmPath)).isFile());
    });

  it('has nothing for a language without tables', async () => {
    assert.equal(await openGrammar(shipped, 'plaintext'), undefined);
    assert.equal(await openGrammar(shipped, 'constructor'), undefined);
  });

  it('shares tables between calls at the same time, and keeps none', async () => {
    const [one, other] = await Promise.all([openGrammar(shipped, 'json'), openGrammar(shipped, 'jsonc')]);
    assert.equal(one?.tables, other?.tables);
    assert.notEqual((await openGrammar(shipped, 'json'))?.tables, one?.tables);
  });

  describe('on damaged files', () => {
    /** A copy of the manifest and of one grammar, to do damage to. */
    const withCopy = (use: (folder: string) => Promise<void>) => () =>
      inTemporaryFolder(async (folder) => {
        await cp(path.join(shipped, 'json'), path.join(folder, 'json'), { recursive: true });
        await cp(path.join(shipped, 'manifest.json'), path.join(folder, 'manifest.json'));
        await use(folder);
      });

    it(
      'names the tables that were cut',
      withCopy(async (folder) => {
        await truncate(path.join(folder, 'json', 'tables.bin'), 500);
        await assert.rejects(openGrammar(folder, 'json'), /json.tables\.bin: the file of parse tables is damaged/);
      }),
    );

    it(
      'names the tables of another grammar',
      withCopy(async (folder) => {
        await cp(path.join(shipped, 'css', 'tables.bin'), path.join(folder, 'json', 'tables.bin'));
        await assert.rejects(openGrammar(folder, 'json'), /json.tables\.bin: the tables are those of css/);
      }),
    );

    it(
      'names tables that are not there',
      withCopy(async (folder) => {
        await assert.rejects(openGrammar(folder, 'css'), /css.tables\.bin: ENOENT/);
      }),
    );

    it(
      'names a manifest that is not one',
      withCopy(async (folder) => {
        await writeFile(path.join(folder, 'manifest.json'), '[]');
        await assert.rejects(openGrammar(folder, 'json'), /manifest\.json: it lists no grammars/);
      }),
    );

    it(
      'opens the same file once it is whole again',
      withCopy(async (folder) => {
        const file = path.join(folder, 'json', 'tables.bin');
        await truncate(file, 500);
        await assert.rejects(openGrammar(folder, 'json'));
        await cp(path.join(shipped, 'json', 'tables.bin'), file);
        assert.equal((await openGrammar(folder, 'json'))?.name, 'json');
      }),
    );
  });
});
