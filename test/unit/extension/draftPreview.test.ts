import assert from 'node:assert/strict';
import fc from 'fast-check';
import { previewOf } from '../../../src/extension/draftPreview.ts';

/** Draws a document with the preview of a draft at ‸ in brackets, and what it takes the place of between tildes. */
function drawn(marked: string, text: string, replaces = 0, tabSize = 2): string {
  const at = marked.indexOf('‸');
  const lines = marked.replace('‸', '').split('\n');
  const before = marked.slice(0, at).split('\n');
  const place = { line: before.length - 1, character: before.at(-1)!.length };
  const { texts, replaced } = previewOf(
    { text, replaces },
    { ...place, tabSize, lineAt: (line: number) => lines[line] },
  );
  const drawing = [...lines];
  if (replaced !== undefined) {
    const line = drawing[replaced.line]!;
    const struck = `~${line.slice(replaced.start, replaced.end)}~`;
    drawing[replaced.line] = line.slice(0, replaced.start) + struck + line.slice(replaced.end);
  }
  for (const { line, character, text } of texts)
    drawing[line] = `${drawing[line]!.slice(0, character)}[${text}]${drawing[line]!.slice(character)}`;
  return drawing.join('\n').replaceAll('\u00a0', ' ');
}

describe('the preview of a draft', () => {
  it('stands at the cursor', () => {
    assert.equal(drawn('let x =‸;\n', ' f(y)'), 'let x =[ f(y)];\n');
  });

  it('strikes out what the draft takes the place of', () => {
    assert.equal(drawn('f(‸)\n', 'a);', 1), 'f([a);]~)~\n');
  });

  it('goes on below, in its own column where that is free', () => {
    assert.equal(
      drawn('  if (x)‸\n\n}\nlong line\n', ' {\n    a();\n    b();\n  }'),
      ['  if (x)[ {]', '[    a();]', '}[   b();]', 'long line[    }]', ''].join('\n'),
    );
  });

  it('counts tabs as the editor draws them', () => {
    assert.equal(drawn('\tif (x)‸\n\n', ' {\n\t\ta();\n', 0, 4), '\tif (x)[ {]\n[        a();]\n[]');
  });

  it('stays within the document', () => {
    assert.equal(drawn('a‸', '(\n  b,\n)'), 'a[( ⏎ b, ⏎ )]');
  });

  it('has an end', () => {
    const { texts } = previewOf(
      { text: 'x\n'.repeat(500), replaces: 0 },
      { line: 0, character: 0, tabSize: 4, lineAt: () => '' },
    );
    assert.equal(texts.length, 21);
    assert.equal(texts.at(-1)?.text, '…');
  });

  it('says every line of a short draft, in order', () => {
    const line = fc.stringMatching(/^ {0,4}[a-z(]{1,6}$/);
    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: 12 }), fc.array(line, { minLength: 1 }), (draft, lines) => {
        const { texts } = previewOf(
          { text: draft.join('\n'), replaces: 0 },
          { line: 0, character: 0, tabSize: 2, lineAt: (at) => lines[at] },
        );
        const said = texts
          .map(({ text }) => text)
          .join('')
          .replaceAll(/[\s\u00a0⏎]/g, '');
        assert.equal(said, draft.join('').replaceAll(' ', ''));
        assert.ok(texts.every((drawn) => drawn.line < lines.length && drawn.character <= lines[drawn.line]!.length));
      }),
    );
  });
});
