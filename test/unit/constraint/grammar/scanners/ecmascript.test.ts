import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { ecmascriptScanner } from '../../../../../src/constraint/grammar/scanners/ecmascript.ts';
import { checkOnRandomTexts, shippedGrammar } from './agreement.ts';

const pieces = [
  ...['`', '$', '${', '{', '}', '\\', 'a', 'foo', '0', 'é', '𝒳', '\ud835', '\0', '\ufeff'],
  ...[' ', '  ', '\t', '\n', '\n', '\n\n  ', '\r\n', '\u2028', '\u0085', '\u3000'],
  ...['//', '// c\n', '/*', '*/', '/* a\n */', '/* b */', '/', '*', '**', '<!--', '-->', '<div>', '</', '&amp;', '>'],
  ...['in', 'instanceof', 'i', 'n', 'instance', '?', '??', '?.', '?.5', ':', ')', ',', '.', '.5'],
  ...['+', '++', '-', '--', '!', '!=', '=', '(', '[', ';', '|', '%', '^'],
];
const sourceFile = new URL('../../../../../src/constraint/grammar/scanners/semicolon.ts', import.meta.url);

describe('ecmascriptScanner', () => {
  const dialects = [
    ['javascript', 'javascript'],
    ['typescript', 'typescript'],
    ['tsx', 'typescript'],
  ] as const;
  for (const [name, dialect] of dialects)
    it(`says what the scanner of ${name} says, however the text comes`, async () => {
      const [module, source] = await Promise.all([shippedGrammar(name), readFile(sourceFile, 'utf8')]);
      const material = { pieces, source };
      const found = checkOnRandomTexts(ecmascriptScanner(dialect), module, material, { cases: 12000, seed: 41 });
      const [semicolon, templateText, question, htmlComment, jsxText] = [0, 1, 2, 3, 7];
      for (const token of [semicolon, templateText, question, htmlComment]) assert.ok(found.has(token), `${token}`);
      assert.equal(found.has(jsxText), name !== 'typescript');
    });
});
