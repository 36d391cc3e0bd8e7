import assert from 'node:assert/strict';
import { fitToSuffix, repeatsSuffix } from '../../../src/engine/overlap.ts';

/** The line after insertion, the inserted text in brackets. */
function fitted(text: string, suffix: string): string {
  const { text: inserted, replaces } = fitToSuffix(text, suffix);
  return `[${inserted}]${suffix.slice(replaces)}`;
}

describe('fitToSuffix', () => {
  it('leaves out what the editor has closed already', () => {
    assert.equal(fitted('a, b)', ')'), '[a, b])');
    assert.equal(fitted('a, b);', ');'), '[a, b]);');
    assert.equal(fitted('x => {})', '})'), '[x => {})]})');
    assert.equal(fitted('name"', '"'), '[name]"');
    assert.equal(fitted('name")', '")'), '[name]")');
  });

  it('keeps brackets that belong to the completion itself', () => {
    assert.equal(fitted('bar(x)', ')'), '[bar(x)])');
    assert.equal(fitted('bar(x))', ')'), '[bar(x)])');
    assert.equal(fitted("get('a)')", ')'), "[get('a)')])");
  });

  it('replaces closers the completion goes on after', () => {
    assert.equal(fitted('a, b);', ')'), '[a, b);]');
    assert.equal(fitted('a).then(b)', ')'), '[a).then(b)]');
    assert.equal(fitted('name", 1);', '")'), '[name", 1);]');
    assert.equal(fitted('name", 1', '")'), '[name", 1])');
  });

  it('leaves out other text after the cursor that the completion ends with', () => {
    assert.equal(fitted('b + c + d;', ' + d;'), '[b + c] + d;');
    assert.equal(fitted('b', ' + d;'), '[b] + d;');
  });

  it('does nothing at the end of a line', () => {
    assert.equal(fitted('a)', '\n)'), '[a)]\n)');
  });
});

describe('repeatsSuffix', () => {
  it('knows the next line that is not blank', () => {
    assert.ok(repeatsSuffix('return x;', '\n\n  return x;\n'));
    assert.ok(!repeatsSuffix('return y;', '\n\n  return x;\n'));
    assert.ok(!repeatsSuffix('}', '\n}\n'));
  });
});
