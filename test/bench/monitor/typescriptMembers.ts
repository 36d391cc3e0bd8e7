// What TypeScript's checker says of the names that are accessed in a file.

import ts from 'typescript';
import type { Checked } from './typescriptProject.ts';

/** `a.b` as an expression or as a type. */
export type Access = ts.PropertyAccessExpression | ts.QualifiedName;

/**
 * What becomes of an accessed name: it is declared, an index signature takes it, there is no such member, or nothing is known
 * since the receiver is `any`, `unknown`, `never` or wrong itself.
 */
export type Fate = 'declared' | 'index' | 'missing' | 'unknown';

export function nameOf(access: Access): ts.Identifier | ts.PrivateIdentifier {
  return ts.isQualifiedName(access) ? access.right : access.name;
}

/** Every access whose name starts from `start` on and before `end`; those of import declarations and private names are left out. */
export function accesses(source: ts.SourceFile, start = 0, end = source.end): Access[] {
  const found: Access[] = [];
  const visit = (node: ts.Node): void => {
    if (node.end < start || node.pos >= end || ts.isImportDeclaration(node)) return;
    if (ts.isPropertyAccessExpression(node) || ts.isQualifiedName(node)) {
      const name = nameOf(node);
      const at = name.getStart(source);
      if (ts.isIdentifier(name) && name.text !== '' && at >= start && at < end) found.push(node);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** The access whose name starts at `at`. */
export function accessAt(source: ts.SourceFile, at: number): Access | undefined {
  return accesses(source, at, at + 1)[0];
}

const silent = ts.TypeFlags.Any | ts.TypeFlags.Unknown | ts.TypeFlags.Never;

export function fateOf(access: Access, { checker }: Pick<Checked, 'checker'>): Fate {
  const name = nameOf(access);
  if (ts.isQualifiedName(access)) {
    const left = checker.getSymbolAtLocation(access.left);
    if (left === undefined) return 'unknown';
    // what cannot be resolved has a symbol all the same, which nothing declares
    return checker.getSymbolAtLocation(name)?.declarations === undefined ? 'missing' : 'declared';
  }
  const receiver = checker.getTypeAtLocation(access.expression);
  const type = checker.getApparentType(checker.getNonNullableType(receiver));
  if ((receiver.flags & silent) !== 0 || (type.flags & silent) !== 0) return 'unknown';
  const symbol = checker.getSymbolAtLocation(name);
  if (symbol !== undefined && !isUnknown(symbol) && (symbol.flags & ts.SymbolFlags.Signature) === 0) return 'declared';
  const parts = type.isUnion() ? type.types.map((part) => checker.getApparentType(part)) : [type];
  const takes = (part: ts.Type): boolean =>
    checker.getPropertyOfType(part, name.text) !== undefined || part.getStringIndexType() !== undefined;
  return parts.every(takes) ? 'index' : 'missing';
}

/** Whether a symbol stands for what could not be found. */
function isUnknown(symbol: ts.Symbol): boolean {
  return symbol.escapedName === 'unknown' && symbol.declarations === undefined;
}
