// Which files a document is like, and which of them come first.
import assert from 'node:assert/strict';
import picomatch from 'picomatch';
import { globOf, nearestFirst } from '../../../src/extension/likeFiles.ts';

const isLike = (language: string, path: string, other: string): boolean => {
  const glob = globOf(language, path);
  return glob !== undefined && picomatch.isMatch(other, glob);
};

describe('files like a document', () => {
  it('are those of its language and of those that it lives with', () => {
    assert.ok(isLike('typescript', '/w/a.ts', 'src/deep/b.tsx'));
    assert.ok(isLike('javascriptreact', '/w/a.jsx', 'b.mjs'));
    assert.ok(!isLike('typescript', '/w/a.ts', 'b.py'));
    assert.ok(isLike('cpp', '/w/a.cc', 'include/b.h'));
    assert.ok(isLike('python', '/w/a.py', 'b.py'));
  });

  it('have its ending where nothing is known of the language', () => {
    assert.ok(isLike('zig', '/w/a.zig', 'src/b.zig'));
    assert.ok(!isLike('zig', '/w/a.zig', 'src/b.zag'));
    assert.equal(globOf('makefile', '/w/Makefile'), undefined);
    assert.equal(globOf('odd', '/w/a.{b'), undefined);
  });

  it('are none for data', () => {
    assert.equal(globOf('json', '/w/a.json'), undefined);
    assert.equal(globOf('plaintext', '/w/a.txt'), undefined);
  });

  it('come nearest first', () => {
    const paths = ['w/z.ts', 'w/a/b/c.ts', 'w/a/x.ts', 'w/b/x.ts', 'w/a/b.ts'];
    const nearest = nearestFirst(
      paths.map((path) => ({ path })),
      'w/a/here.ts',
    );
    assert.deepEqual(
      nearest.map(({ path }) => path),
      ['w/a/b.ts', 'w/a/x.ts', 'w/a/b/c.ts', 'w/z.ts', 'w/b/x.ts'],
    );
    assert.deepEqual(nearestFirst([], 'w/a.ts'), []);
  });
});
