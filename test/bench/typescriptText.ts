// What the TypeScript parser says about a file: a mask of it that keeps code only, and the places where holes may be cut.

import ts from 'typescript';
import type { Site } from './sites.ts';
import { stringMark } from './sites.ts';

/** Longest target in characters and lines, so that a hole asks for what a completion may give. */
const maximumCallCharacters = 160;
const maximumBlockLines = 14;

function isStringLike(node: ts.Node): boolean {
  return (
    ts.isStringLiteralLike(node) ||
    ts.isTemplateHead(node) ||
    ts.isTemplateMiddleOrTemplateTail(node) ||
    ts.isRegularExpressionLiteral(node) ||
    ts.isJsxText(node)
  );
}

function isDocumentation(node: ts.Node): boolean {
  return node.kind >= ts.SyntaxKind.FirstJSDocNode && node.kind <= ts.SyntaxKind.LastJSDocNode;
}

/** Parses broken text as well as whole text: the parser never fails. */
export function parseTypescript(text: string, path = 'file.ts'): ts.SourceFile {
  return ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
}

/** `file`'s text with comments as blanks and literals as `stringMark`, every other character in its place. */
export function maskTypescript(file: ts.SourceFile): string {
  const pieces: string[] = [];
  let at = 0;
  const blank = (text: string): string => text.replace(/[^\n]/g, ' ');
  const visit = (node: ts.Node): void => {
    if (isDocumentation(node)) return;
    const children = node.getChildren(file);
    if (children.length > 0) {
      for (const child of children) visit(child);
      return;
    }
    const start = node.getStart(file);
    if (start < at || node.end <= start) return;
    const text = file.text.slice(start, node.end);
    pieces.push(blank(file.text.slice(at, start)), isStringLike(node) ? text.replace(/[^\n]/g, stringMark) : text);
    at = node.end;
  };
  visit(file);
  pieces.push(blank(file.text.slice(at)));
  return pieces.join('');
}

/** Member, call and block sites; line sites are found in the mask. */
export function typescriptSites(file: ts.SourceFile): Site[] {
  const sites: Site[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) return;
    if (ts.isPropertyAccessExpression(node) && ts.isIdentifier(node.name) && node.name.text.length > 1) {
      sites.push({ kind: 'member', start: node.name.getStart(file), end: node.name.end });
    }
    if ((ts.isCallExpression(node) || ts.isNewExpression(node)) && node.arguments && node.arguments.length > 0) {
      const start = node.arguments.pos;
      if (node.end - start <= maximumCallCharacters) sites.push({ kind: 'call', start, end: node.end });
    }
    if (ts.isBlock(node) && node.statements.length > 0) {
      const start = node.getStart(file) + 1;
      const lines = file.text.slice(start, node.end).split('\n').length;
      if (lines >= 2 && lines <= maximumBlockLines) sites.push({ kind: 'block', start, end: node.end });
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return sites;
}

/** Where the block that opens right before `start` ends in `text` (after its `}`), if it is closed there. */
export function typescriptBlockEnd(text: string, start: number, path: string): number | undefined {
  const file = parseTypescript(text, path);
  let end: number | undefined;
  const visit = (node: ts.Node): void => {
    if (node.end < start || node.getFullStart() > start) return;
    if (ts.isBlock(node) && node.getStart(file) + 1 === start && file.text[node.end - 1] === '}') end = node.end;
    ts.forEachChild(node, visit);
  };
  visit(file);
  return end !== undefined && end > start ? end : undefined;
}

/** Length of `text`, which follows an opening parenthesis, through the matching `)`; undefined when it is not closed. */
export function typescriptCallLength(text: string): number | undefined {
  const head = 'f(';
  const file = parseTypescript(head + text);
  let found: number | undefined;
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && ts.isIdentifier(node.expression) && node.expression.getStart(file) === 0) {
      if (file.text[node.end - 1] === ')' && node.end > head.length) found = node.end - head.length;
    }
    if (found === undefined) ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}
