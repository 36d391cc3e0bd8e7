import assert from 'node:assert/strict';
import type { SourceFile } from '../../bench/corpus.ts';
import { cutHoles } from '../../bench/holes.ts';
import { type HoleKind, holeKinds, type Item } from '../../bench/items.ts';
import { cutKeystrokes } from '../../bench/keystrokes.ts';
import { maskPython } from '../../bench/pythonText.ts';
import { stopAt } from '../../bench/stopRule.ts';
import { maskTypescript, parseTypescript } from '../../bench/typescriptText.ts';

const typescriptText = `import { readFile } from 'node:fs';
// comment.with.members and call(arguments)
export function greet(person: Person): string {
  const words = ['not.a.member', person.name?.first, \`\${person.title}.x\`];
  if (words.length > 1) {
    // a } that closes nothing
    console.log(format(words.join(', '), /[.)}]/));
  }
  return words.join('}');
}
`;

const pythonText = `from os import path
import sys.flags
# comment.member and call(argument)
def greet(person, *, loud=False):
    """A docstring.with members: and (brackets)."""
    words = [person.name.title(), 1.5, "a.b"]
    if loud:
        # shout.it
        words = [word.upper() for word in words]

    return " ".join(words)


print(greet(sys.argv[1]))
`;

const files: SourceFile[] = [
  { group: 'one', path: 'one/greet.ts', language: 'typescript', text: typescriptText },
  { group: 'two', path: 'two/greet.py', language: 'python', text: pythonText },
];

const all = { line: 20, member: 20, call: 20, block: 20 };
const targets = (kind: HoleKind, language: string): string[] =>
  cutHoles(files, { seed: 1, counts: all })
    .filter((item) => item.kind === kind && item.language === language)
    .map((item) => item.target);

function whole(item: Item): string {
  return item.prefix + item.target + item.suffix;
}

describe('cutHoles', () => {
  it('takes nothing away but the target', () => {
    for (const item of cutHoles(files, { seed: 3, counts: all })) {
      assert.equal(whole(item), files.find((file) => file.path === item.path)?.text);
    }
  });

  it('is the same for a seed and another for another seed', () => {
    const ids = (seed: number): string[] => cutHoles(files, { seed, counts: { line: 4 } }).map((item) => item.id);
    assert.deepEqual(ids(5), ids(5));
    assert.notDeepEqual(ids(5), ids(6));
  });

  it('gives every item an id of its own and takes packages in turn', () => {
    const items = cutHoles(files, { seed: 1, counts: { line: 4, member: 4, call: 2, block: 2 } });
    assert.equal(new Set(items.map((item) => item.id)).size, items.length);
    for (const kind of holeKinds) {
      const paths = items.filter((item) => item.kind === kind).map((item) => item.path);
      assert.equal(paths.filter((each) => each.endsWith('.py')).length * 2, paths.length, kind);
    }
  });

  it('cuts members of code only', () => {
    const members = ['join', 'length', 'log', 'name', 'first', 'title'];
    for (const target of targets('member', 'typescript')) assert.ok(members.includes(target), target);
    for (const target of targets('member', 'python')) {
      assert.ok(['name', 'title', 'upper', 'join', 'argv'].includes(target), target);
    }
  });

  it('cuts calls through their own bracket', () => {
    for (const target of targets('call', 'typescript')) {
      assert.ok(
        ["format(words.join(', '), /[.)}]/))", "words.join(', '), /[.)}]/)", "', ')", "'}')"].includes(target),
        target,
      );
    }
    for (const target of targets('call', 'python')) {
      assert.ok(['words)', 'greet(sys.argv[1]))', 'sys.argv[1])'].includes(target), target);
    }
  });

  it('cuts blocks through their brace or dedent', () => {
    const inner = "\n    // a } that closes nothing\n    console.log(format(words.join(', '), /[.)}]/));\n  }";
    assert.ok(targets('block', 'typescript').includes(inner));
    const loud = '\n        # shout.it\n        words = [word.upper() for word in words]';
    assert.ok(targets('block', 'python').includes(loud));
  });

  it('cuts targets that the stop rule leaves whole', () => {
    for (const item of cutHoles(files, { seed: 7, counts: all })) {
      assert.equal(stopAt(item.target + item.suffix, item), item.target, item.id);
    }
  });
});

describe('masks', () => {
  it('keep every character of code in its place', () => {
    for (const mask of [maskTypescript(parseTypescript(typescriptText)), maskPython(pythonText)]) {
      assert.doesNotMatch(mask, /comment|member and/);
      assert.match(mask, /words = \[/);
    }
    assert.equal(maskTypescript(parseTypescript(typescriptText)).length, typescriptText.length);
    assert.equal(maskPython(pythonText).length, pythonText.length);
  });
});

describe('cutKeystrokes', () => {
  it('types one more character of the line', () => {
    const keystrokes = cutKeystrokes(files, { seed: 1, count: 6 });
    assert.equal(keystrokes.length, 6);
    for (const { before, after } of keystrokes) {
      assert.equal(after.prefix.length, before.prefix.length + 1);
      assert.equal(after.prefix, before.prefix + before.target.slice(0, 1));
      assert.equal(after.suffix, before.suffix);
      assert.match(after.suffix, /^\n/);
    }
  });
});
