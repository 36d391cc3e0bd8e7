import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildStaticTables } from '../../../../scripts/grammars/buildTables.ts';
import { checkSameSource } from '../../../../scripts/grammars/grammarSource.ts';
import { verifyGrammar } from '../../../../scripts/grammars/verifyGrammar.ts';
import { readWasmSource } from '../../../../scripts/grammars/wasmSource.ts';
import { type GrammarEntry, readManifest } from '../../../../src/constraint/grammar/languages.ts';
import { loadGrammarModule } from '../../../../src/constraint/grammar/scanners/grammarModule.ts';
import { unpackTables } from '../../../../src/constraint/grammar/tableFile.ts';
import { type GrammarTables, skipFlag } from '../../../../src/constraint/grammar/tables.ts';

const folder = fileURLToPath(new URL('../../../../grammars', import.meta.url));
const entries = await readManifest(folder);
const thoroughness = { everyCharacter: false, walksPerState: 50 };

const read = (entry: GrammarEntry, file: 'tables' | 'wasm'): Promise<Buffer> =>
  readFile(path.join(folder, entry.files[file].path));

async function tablesOf(name: string): Promise<GrammarTables> {
  return unpackTables(await read(entries.find((entry) => entry.name === name)!, 'tables'));
}

describe('the tables that ship', () => {
  for (const entry of entries)
    it(`are those in the memory of the compiled grammar: ${entry.name}`, async () => {
      const [packed, wasm] = await Promise.all([read(entry, 'tables'), read(entry, 'wasm')]);
      for (const [file, bytes] of [
        ['tables', packed],
        ['wasm', wasm],
      ] as const)
        assert.equal(createHash('sha256').update(bytes).digest('hex'), entry.files[file].sha256, file);
      const module = await loadGrammarModule(wasm);
      assert.equal(module.language.abiVersion, entry.abi);
      const { name, lexer: _lexer, keywords: _keywords, literal: _literal, ...tables } = unpackTables(packed);
      assert.equal(name, entry.name);
      // In memory a name ends at a zero character.
      const symbolNames = tables.symbolNames.map((symbol) => symbol.split('\0', 1)[0]);
      assert.deepEqual({ ...tables, symbolNames }, buildStaticTables(readWasmSource(module)));
    });

  for (const name of ['json', 'typescript', 'python'])
    it(`have the lexers of the compiled grammar: ${name}`, async () => {
      const entry = entries.find((candidate) => candidate.name === name)!;
      const module = await loadGrammarModule(await read(entry, 'wasm'));
      const { walks } = verifyGrammar(module, await tablesOf(name), thoroughness);
      assert.ok(walks > 0);
    });

  it('are not taken for right where one move of a lexer is wrong', async () => {
    const tables = await tablesOf('json');
    const module = await loadGrammarModule(await read(entries.find(({ name }) => name === 'json')!, 'wasm'));
    const ascii = tables.lexer.ascii.slice();
    ascii[' '.charCodeAt(0)]! &= ~skipFlag;
    const wrong = { ...tables, lexer: { ...tables.lexer, ascii } };
    assert.throws(() => verifyGrammar(module, wrong, thoroughness), /from state 0 on " " the compiled lexer says/);
  });

  it('are not taken for right where one cell of a row is wrong', async () => {
    const source = readWasmSource(
      await loadGrammarModule(await read(entries.find(({ name }) => name === 'json')!, 'wasm')),
    );
    checkSameSource(source, { ...source });
    const smallParseTable = source.smallParseTable.slice();
    smallParseTable[17]!++;
    assert.throws(
      () => checkSameSource({ ...source, smallParseTable }, source),
      /^Error: smallParseTable differs at 17: 3 in/,
    );
  });

  it('call a terminal a literal where its name is all it can be', async () => {
    const tables = await tablesOf('typescript');
    const isLiteral = (name: string) => tables.literal[tables.symbolNames.indexOf(name)] === 1;
    for (const name of ['{', 'return', '=>', '?.', 'instanceof']) assert.ok(isLiteral(name), name);
    // A pattern: any blanks may stand between the two words.
    for (const name of ['identifier', 'number', 'end', 'unique symbol']) assert.ok(!isLiteral(name), name);
  });

  it('know the words that are no names', async () => {
    const tables = await tablesOf('javascript');
    const namesOf = (row: Uint16Array) => [...row].map((symbol) => tables.symbolNames[symbol]);
    assert.deepEqual([...(tables.reserved[0] ?? [])], []);
    assert.ok(namesOf(tables.reserved[1]!).includes('while'));
    assert.ok(!namesOf(tables.reserved[1]!).includes('of'));
  });
});
