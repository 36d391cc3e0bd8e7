// The state along a document: what an edit leaves of it, and where a broken file is read on.
import assert from 'node:assert/strict';
import {
  type FindAnchors,
  GrammarDocument,
  type Place,
  type Reach,
} from '../../../../src/constraint/grammar/document.ts';
import { stateKey } from '../../../../src/constraint/grammar/parserState.ts';
import { sourcesOf } from '../../../support/grammarSources.ts';
import { type Subject, subjectFor } from '../../../support/grammarText.ts';
import { type Random, seededRandom } from '../../../support/random.ts';

const anchorsOf =
  ({ syntax }: Subject): FindAnchors =>
  (text, from) =>
    syntax.items(text, from - 1) ?? [];

const documentOf = (subject: Subject, isWhole = true): GrammarDocument =>
  new GrammarDocument(subject.recogniser, isWhole, anchorsOf(subject));

/** What can be seen of a place. */
const seen = ({ state, reach }: Place): string => `${reach} ${state && stateKey(state)}`;

describe('the state along a document', () => {
  for (const language of ['typescript', 'typescriptreact', 'javascript', 'python', 'json', 'rust', 'go'])
    it(`is after every edit of ${language} what it is from scratch, also of what is broken`, async () => {
      const subject = await subjectFor(language);
      const [source] = sourcesOf(language);
      const random = seededRandom(11);
      const document = documentOf(subject);
      const reached = new Set<Reach>();
      let text = source!;
      for (let edit = 0; edit < 40; edit++) {
        if (edit % 10 === 0) text = source!;
        const changed = changedAt(text, random);
        text = changed.text;
        const prefix = text.slice(0, edit % 3 === 0 ? random.below(text.length + 1) : changed.at);
        const kept = document.at(prefix);
        reached.add(kept.reach);
        assert.equal(seen(kept), seen(documentOf(subject).at(prefix)), JSON.stringify(prefix));
      }
      assert.ok(reached.has('whole') && (reached.has('anchored') || reached.has('soft')), [...reached].join());
    });

  it('is read on where it was left', async () => {
    const { recogniser, syntax } = await subjectFor('typescript');
    const fed: string[] = [];
    const counting = Object.create(recogniser, {
      initial: { value: recogniser.initial },
      feed: {
        value: (...[state, text]: Parameters<typeof recogniser.feed>) => {
          fed.push(text);
          return recogniser.feed(state, text);
        },
      },
    });
    const document = new GrammarDocument(counting, true, (text, from) => syntax.items(text, from - 1) ?? []);
    const lines = Array.from({ length: 50 }, (_, i) => `const a${i} = f(${i});\n`);
    document.at(lines.join(''));
    assert.equal(fed.length, 51);
    fed.length = 0;
    document.at(`${lines.join('')}const b =`);
    document.at(`${lines.join('')}const b = 1`);
    assert.deepEqual(fed, ['const b =', 'const b = 1']);
    fed.length = 0;
    document.at(`${lines.slice(0, 45).join('')}c();\n${lines.slice(45).join('')}`);
    assert.deepEqual(fed.slice(0, 2), ['c();\n', lines[45]]);
  });
});

describe('a broken document', () => {
  const broken = 'function torn(a {\n  return a +;\n}\n';
  const behind = async (language: string, prefix: string, isWhole = true): Promise<Place> =>
    documentOf(await subjectFor(language), isWhole).at(prefix);
  /** Whether each of `texts` can follow, and each of `others` not. */
  const follows = async (language: string, place: Place, texts: string[], others: string[]): Promise<void> => {
    const { recogniser } = await subjectFor(language);
    assert.ok(place.state !== undefined);
    for (const text of texts) assert.ok(recogniser.feed(place.state, text) !== undefined, text);
    for (const text of others) assert.equal(recogniser.feed(place.state, text), undefined, text);
  };

  it('is read on at an item behind the damage, with what is open there', async () => {
    const place = await behind(
      'typescript',
      `const one = 1;\n${broken}function whole(b: number) {\n  if (b) {\n    g(b`,
    );
    assert.equal(place.reach, 'anchored');
    await follows('typescript', place, [');\n  }\n}\n', ', 1', '.c'], [']', '}', ' b', ');\n  }\n}\n}']);
  });

  it('is read on within a class, whose head counts', async () => {
    const place = await behind(
      'typescript',
      `class A {\n  torn(a {\n    return a +;\n  }\n\n  whole(b: number) {\n    g(b`,
    );
    assert.equal(place.reach, 'anchored');
    await follows('typescript', place, [');\n  }\n}\n', ');\n  }\n\n  private c = 1;\n'], [');\n  }\n}\n}', ']']);
  });

  it('is read on after more than one damage', async () => {
    const place = await behind(
      'typescript',
      `${broken}const a = 1;\n${broken}const b = 2;\n${broken}const c = 3;\nconst d = f(`,
    );
    assert.equal(place.reach, 'anchored');
    await follows('typescript', place, ['a)', ')'], [']', '}', ';']);
  });

  it('is known before the damage as if it were whole', async () => {
    const subject = await subjectFor('typescript');
    const document = documentOf(subject);
    const before = 'const one = f(';
    const alone = seen(document.at(before));
    document.at(`${before}1);\n${broken}const two = 2;\n`);
    assert.equal(seen(document.at(before)), alone);
    assert.equal(document.at(before).reach, 'whole');
  });

  it('is whole again once it is mended', async () => {
    const subject = await subjectFor('typescript');
    const document = documentOf(subject);
    const rest = 'const two = 2;\nconst three = [';
    assert.equal(document.at(`${broken}${rest}`).reach, 'anchored');
    const mended = 'function torn(a) {\n  return a;\n}\n';
    assert.equal(document.at(`${mended}${rest}`).reach, 'whole');
    assert.equal(document.at(`${broken}${rest}`).reach, 'anchored');
  });

  it('is not known in the middle of the damage', async () => {
    for (const prefix of [
      'const a = ] ',
      'const a = ];\n  b(',
      'f(a b c',
      'class A {\n  b c d\n  e f',
      broken.slice(0, 25),
    ])
      assert.equal((await behind('typescript', prefix)).reach, 'soft', prefix);
  });

  it('is read on in Python and in Rust too', async () => {
    const python = await behind(
      'python',
      'def torn(a:\n    return a b\n\n\ndef whole(b):\n    if b:\n        return g(',
    );
    assert.equal(python.reach, 'anchored');
    await follows('python', python, ['b)\n    return 1\n', 'b,\n'], [']', 'b c', 'b;']);
    const rust = await behind('rust', 'fn torn( {\n    let a = ];\n}\n\nfn whole(b: u8) {\n    g(b');
    assert.equal(rust.reach, 'anchored');
    await follows('rust', rust, [');\n}\n', ', 1'], [']', '}', ');\n}\n}']);
  });

  it('that begins in the middle of a file is read on at its first item', async () => {
    const cut = '  return a;\n}\n\nexport function whole(b: number) {\n  return [b';
    const place = await behind('typescript', cut, false);
    assert.equal(place.reach, 'anchored');
    await follows('typescript', place, ['];\n}\n', ', 1'], [')', '}', '];\n}\n}']);
    assert.equal((await behind('typescript', 'const a = 1', false)).reach, 'soft');
  });

  it('takes nothing from anchors at which nothing can be read', async () => {
    const { recogniser } = await subjectFor('typescript');
    const text = 'a b c;\nlet d = 1;\nlet e = [';
    const offsets = [text.indexOf('let d'), text.indexOf('let e')];
    const readFrom = (seeds: string[]): Place =>
      new GrammarDocument(recogniser, true, () => offsets.map((offset, i) => ({ offset, seed: seeds[i]! }))).at(text);
    assert.equal(readFrom([')', '']).reach, 'anchored');
    assert.equal(readFrom([')', ']']).reach, 'soft');
    assert.equal(new GrammarDocument(recogniser, true, () => []).at(text).reach, 'soft');
  });
});

/** An edit somewhere in `text`, and where it ends. */
function changedAt(text: string, random: Random): { text: string; at: number } {
  const start = random.below(text.length + 1);
  const kind = random.below(5);
  if (kind === 0) return { text: text.slice(0, start) + text.slice(start + 1 + random.below(60)), at: start };
  const from = random.below(text.length);
  const odd = [
    '{',
    '}',
    '(',
    ')',
    ']',
    '"',
    '`',
    '/*',
    '*/',
    '"""',
    '\n',
    '    ',
    '\\',
    ':',
    ';',
    '<',
    '\ud83d',
    '\0',
    'é',
    '\r',
  ];
  const inserted = kind < 3 ? odd[random.below(odd.length)]! : text.slice(from, from + 1 + random.below(60));
  return { text: text.slice(0, start) + inserted + text.slice(start), at: start + inserted.length };
}
