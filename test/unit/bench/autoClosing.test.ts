import assert from 'node:assert/strict';
import { typeInto } from '../../bench/autoClosing.ts';
import { cut } from '../../support/check.ts';

/** The document after every key, ‸ at the cursor. */
const type = (source: string, text: string): readonly string[] => {
  const { prefix, suffix } = cut(source);
  return [...typeInto(prefix, text, suffix)].map(({ before, after }) => `${before}‸${after}`);
};

describe('an editor that closes brackets', () => {
  it('types closers and has them typed over', () => {
    assert.deepEqual(type('a‸;\n', '([1])'), ['a(‸);\n', 'a([‸]);\n', 'a([1‸]);\n', 'a([1]‸);\n', 'a([1])‸;\n']);
  });

  it('gives a closer a line of its own on Enter, and goes down to it', () => {
    const steps = type('  f() ‸\nnext();\n', '{\n    g();\n  }');
    assert.equal(steps[1], '  f() {\n    ‸\n  }\nnext();\n');
    assert.equal(steps.at(-2), '  f() {\n    g();‸\n  }\nnext();\n');
    assert.equal(steps.at(-1), '  f() {\n    g();\n  }‸\nnext();\n');
  });

  it('ends with what was typed', () => {
    const text = 'if (a[0]) {\n  call({\n    one: [1, 2],\n  });\n} else {\n  other();\n}';
    assert.equal(type('start();\n‸\nend();\n', text).at(-1), `start();\n${text}‸\nend();\n`);
  });
});
