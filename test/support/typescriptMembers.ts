// Where the compiler sees members in a TypeScript source: the names behind `.` and `?.`.
import ts from 'typescript';

/** Offsets at which the names of property accesses and qualified names begin. */
export function memberOffsets(path: string, text: string): Set<number> {
  const found = new Set<number>();
  const visit = (node: ts.Node): void => {
    if (ts.isPropertyAccessExpression(node)) found.add(node.name.getStart());
    if (ts.isQualifiedName(node)) found.add(node.right.getStart());
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true));
  return found;
}
