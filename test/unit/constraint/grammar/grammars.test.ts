// The grammars in use: what they say of a place, and what becomes of completions where a grammar is damaged or not there.
import assert from 'node:assert/strict';
import { cp, mkdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { free } from '../../../../src/constraint/constraint.ts';
import { type GrammarPlace, type GrammarRequest, Grammars } from '../../../../src/constraint/grammar/grammars.ts';
import { TokenTexts } from '../../../../src/constraint/tokenTexts.ts';
import { grammarsPath, testCachePath } from '../../../support/built.ts';
import { cut } from '../../../support/check.ts';
import { embeddedTokenizer } from '../../../support/embeddedTokenizer.ts';
import { inTemporaryFolder } from '../../../support/temporaryFolder.ts';

interface Opened {
  readonly grammars: Grammars;
  readonly problems: string[];
}

async function open(folder = grammarsPath): Promise<Opened> {
  const { vocabulary } = await embeddedTokenizer();
  const problems: string[] = [];
  const grammars = new Grammars(
    folder,
    path.join(testCachePath, '..', 'masks'),
    new TokenTexts(vocabulary),
    (problem) => problems.push(problem),
  );
  return { grammars, problems };
}

const requestAt = (source: string, changes: Partial<GrammarRequest> = {}): GrammarRequest => ({
  path: 'src/a.ts',
  language: 'typescript',
  ...cut(source),
  prefixIsWhole: true,
  suffixIsWhole: true,
  healed: '',
  ...changes,
});

/** Whether the place may go on with each of `texts` and not with each of `others`. */
function takes({ constraint }: GrammarPlace, texts: readonly string[], others: readonly string[]): void {
  for (const text of texts) assert.ok(constraint.afterText(text) !== undefined, text);
  for (const text of others) assert.equal(constraint.afterText(text), undefined, text);
}

describe('the constraint at a place', () => {
  it('allows what the grammar does, by tokens and by text', async () => {
    const { grammars, problems } = await open();
    const place = await grammars.constrain(requestAt('const a = f(‸);\n'));
    takes(place, ['', 'b', 'b, c', '[b'], [']', 'b]', 'b c', '}']);
    const { encode } = await embeddedTokenizer();
    const [bracket, word] = [encode(']')[0]!, encode('b')[0]!];
    const { constraint } = place;
    assert.ok(!constraint.legal(bracket) && constraint.legal(word));
    const next = constraint.advance(word);
    assert.ok(!next.legal(word) || next.advance(word).afterText(' c') === undefined);
    assert.deepEqual([next.mayStop(0), next.mayStop(1), constraint.mayStop(0)], [true, false, true]);
    assert.equal(constraint.afterText('b, [')!.mayStop(0), false);
    assert.equal(place.coverage, 'whole');
    assert.ok(place.meter.checks > 0);
    assert.deepEqual(problems, []);
  });

  it('counts a token once, however often it is asked about', async () => {
    const { grammars } = await open();
    const { constraint, meter } = await grammars.constrain(requestAt('a‸\n'));
    const [token] = (await embeddedTokenizer()).encode(' =');
    for (let times = 0; times < 3; times++) constraint.legal(token!);
    constraint.advance(token!);
    assert.equal(meter.checks, 1);
  });

  it('takes tokens that end within a character, and does not stop there', async () => {
    const { grammars } = await open();
    const { encode } = await embeddedTokenizer();
    const inString = (await grammars.constrain(requestAt('a = "‸";\n'))).constraint;
    const tokens = encode('𒀀');
    assert.ok(tokens.length > 1);
    let state = inString;
    for (const [index, token] of tokens.entries()) {
      assert.ok(state.legal(token));
      state = state.advance(token);
      assert.equal(state.mayStop(0), index === tokens.length - 1);
    }
    const outside = (await grammars.constrain(requestAt('{ "a": ‸ }', { language: 'json', path: 'a.json' })))
      .constraint;
    assert.ok(!outside.legal(tokens[0]!));
  });

  it('begins before what is decoded again', async () => {
    const { grammars } = await open();
    const place = await grammars.constrain(requestAt('const a = f(b‸);\n', { healed: '(b' }));
    takes(place, ['(b', '(b, c', '(b(c)'], [']', '(b]', '(]', '(b c']);
    assert.equal(place.constraint.afterText('(b')?.mayStop(0), true);
  });

  it('is as loose as the brackets where it is relaxed, and keeps the indentation', async () => {
    const { grammars } = await open();
    const { constraint } = await grammars.constrain(requestAt('if (a) {\n  b();\n}\nconst a = ‸\n'));
    const relaxed = constraint.relax();
    assert.ok(relaxed.afterText('b c d') !== undefined && relaxed.afterText('(b]') === undefined);
    assert.equal(relaxed.afterText('{\n\tb'), undefined);
  });

  it('is soft in damage, and anchored behind it', async () => {
    const { grammars } = await open();
    const soft = await grammars.constrain(requestAt('const a = ];\nb c ‸\n'));
    assert.equal(soft.coverage, 'soft');
    takes(soft, ['d e f', ')'], ['(]']);
    const torn = 'function torn(a {\n  return a +;\n}\n\n';
    const anchored = await grammars.constrain(requestAt(`${torn}const b = 1;\nconst c = [‸];\n`));
    assert.equal(anchored.coverage, 'anchored');
    takes(anchored, ['d', 'd, e'], ['d e', ')']);
    const cutOff = await grammars.constrain(
      requestAt('  }\n}\n\nfunction a() {\n  b();\n  return [‸];\n}\n', { prefixIsWhole: false, path: 'b.ts' }),
    );
    assert.equal(cutOff.coverage, 'anchored');
    takes(cutOff, ['c, d'], ['c d']);
  });

  it('is the same from edit to edit, and in more documents than are kept', async () => {
    const { grammars } = await open();
    for (let round = 0; round < 2; round++)
      for (let file = 0; file < 6; file++) {
        const source = `const a${round} = f(‸);\n${'b();\n'.repeat(file)}`;
        const place = await grammars.constrain(requestAt(source, { path: `src/${file}.ts` }));
        assert.equal(place.coverage, 'whole');
        takes(place, ['c'], ['c d']);
      }
  });

  it('lets a draft pass that leaves no more errors than there were', async () => {
    const { grammars } = await open();
    const { accepts } = await grammars.constrain(requestAt('f(‸);\n'));
    assert.deepEqual(
      [accepts('a', 0), accepts('a', 1), accepts('a);', 1), accepts('[', 0)],
      [true, false, true, false],
    );
    const broken = await grammars.constrain(requestAt('const a = ];\nf(‸);\n'));
    assert.deepEqual([broken.accepts('a', 0), broken.accepts('[', 0), broken.accepts('', 0)], [true, false, true]);
  });

  it('may open a block where nothing after the cursor closes it', async () => {
    const { grammars } = await open();
    assert.equal((await grammars.constrain(requestAt('function f() ‸\na();\n'))).mayOpen, true);
    assert.equal((await grammars.constrain(requestAt('function f() ‸\n  a();\n}\n'))).mayOpen, false);
  });
});

describe('a language', () => {
  it('without a grammar is not constrained, and that is no problem', async () => {
    const { grammars, problems } = await open();
    for (const language of ['lua', 'plaintext', '', 'Typescript', '../json']) {
      const place = await grammars.constrain(requestAt('a ] b‸\n', { language }));
      assert.equal(place.coverage, 'none');
      assert.equal(place.constraint, free);
      assert.ok(place.accepts('(((', 0) && !place.mayOpen);
    }
    assert.deepEqual(problems, []);
  });

  it('is opened once by requests at the same time', async () => {
    const { grammars, problems } = await open();
    const languages = ['typescript', 'python', 'json', 'typescript', 'rust', 'json', 'python', 'typescript'];
    const places = await Promise.all(
      languages.map((language, i) => grammars.constrain(requestAt('‸', { language, path: `${i}` }))),
    );
    assert.deepEqual(
      places.map(({ coverage }) => coverage),
      languages.map(() => 'whole'),
    );
    assert.equal(new Set(places.map(({ parser }) => parser?.recogniser)).size, 4);
    assert.deepEqual(problems, []);
  });

  /** What comes of two requests at once and one later in a folder where `damage` was done to the grammar of JSON. */
  const withDamage = (damage: (folder: string) => Promise<unknown>) =>
    inTemporaryFolder(async (folder) => {
      for (const each of ['json', 'go'])
        await cp(path.join(grammarsPath, each), path.join(folder, each), { recursive: true });
      await cp(path.join(grammarsPath, 'manifest.json'), path.join(folder, 'manifest.json'));
      await damage(folder);
      const { grammars, problems } = await open(folder);
      const request = requestAt('{ "a": ‸ }', { language: 'json', path: 'a.json' });
      const places = await Promise.all([grammars.constrain(request), grammars.constrain(request)]);
      places.push(await grammars.constrain(request));
      for (const { coverage, constraint, accepts } of places) {
        assert.equal(coverage, 'none');
        assert.equal(constraint, free);
        assert.ok(accepts(']', 0));
      }
      assert.equal(problems.length, 1, problems.join('\n'));
      assert.match(problems[0]!, /^json is not constrained: /);
      const other = await grammars.constrain(requestAt('package a\n‸', { language: 'go', path: 'a.go' }));
      return { problem: problems[0]!, other: other.coverage };
    });

  it('whose tables are damaged is not constrained, others are, and it is said once', async () => {
    const { problem, other } = await withDamage(async (folder) => {
      const file = path.join(folder, 'json', 'tables.bin');
      const bytes = await readFile(file);
      bytes[bytes.length >> 1]! ^= 0x10;
      await writeFile(file, bytes);
    });
    assert.match(problem, /tables\.bin.*damaged/);
    assert.equal(other, 'whole');
  });

  it('whose tables are cut or gone is not constrained', async () => {
    const tables = (folder: string): string => path.join(folder, 'json', 'tables.bin');
    assert.equal((await withDamage((folder) => truncate(tables(folder), 100))).other, 'whole');
    assert.equal((await withDamage((folder) => truncate(tables(folder), 0))).other, 'whole');
    assert.match((await withDamage((folder) => rm(tables(folder)))).problem, /tables\.bin/);
  });

  it('whose module is damaged or gone is not constrained', async () => {
    const module = (folder: string): string => path.join(folder, 'json', 'grammar.wasm');
    assert.match((await withDamage((folder) => rm(module(folder)))).problem, /grammar\.wasm/);
    assert.equal((await withDamage((folder) => truncate(module(folder), 500))).other, 'whole');
    assert.equal((await withDamage((folder) => writeFile(module(folder), 'not a module'))).other, 'whole');
  });

  it('is not constrained where the list of grammars is damaged or gone', async () => {
    const list = (folder: string): string => path.join(folder, 'manifest.json');
    await assert.doesNotReject(async () => {
      for (const damage of [
        (folder: string) => rm(list(folder)),
        (folder: string) => writeFile(list(folder), '{"grammars": 1}'),
        (folder: string) => writeFile(list(folder), '{'),
        (folder: string) => rm(list(folder)).then(() => mkdir(list(folder))),
      ])
        assert.deepEqual((await withDamage(damage)).other, 'none');
    });
  });
});
