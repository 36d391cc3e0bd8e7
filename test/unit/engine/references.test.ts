import assert from 'node:assert/strict';
import { referencesIn } from '../../../src/engine/references.ts';

/** Names found between the two marks, or in all of it without marks. */
function names(source: string, language = 'typescript'): string {
  const [before = '', inside, after = ''] = source.split('‸');
  const whole = inside === undefined;
  const text = whole ? before : before + inside + after;
  const [from, to] = whole ? [0, text.length] : [before.length, before.length + inside.length];
  return referencesIn(text, from, to, language)
    .map(({ name }) => name)
    .join(' ');
}

describe('references', () => {
  const check = (source: string, wanted: string, language?: string): unknown =>
    it(`${source.replaceAll('\n', '⏎')} → ${wanted || 'none'}`, () => assert.equal(names(source, language), wanted));

  check('new Circle(radius)', 'Circle radius');
  check('shape.area(other?.size, Math.PI)', 'shape other Math');
  check('a->b + c::d', 'a c', 'cpp');
  check('[...items, ...rest]', 'items rest');
  check('let x = y + 1; return x', 'y');
  check('const { a, b: c } = load(), d = e;', 'load e');
  check('import { Circle, Square } from Here;\nreturn Circle', 'Here');
  check('items.map((item) => item.price * rate)', 'items rate');
  check('items.map((item: Item): Price => price(item))', 'items Item Price price');
  check('names.map(name => name.trim())', 'names');
  check('function add(left: Money, right = zero) { return left }', 'Money zero');
  check('for (const one of list) draw(one)', 'list draw');
  check('class Square extends Shape { side: Length }', 'Shape Length');
  check('"a Word" + \'another\'', '');
  check(`\`one \${more.of(Them)} two\``, 'more Them');
  check('// Not this\n/* nor This */ this.that(These)', 'These');
  check('call({ key: Value, other })', 'call Value other');
  check('<Panel title="x" open={Open}>', 'Panel Open');
  check('case Kind.a: return Other', 'Kind Other');
  check('flag ? One : Two', 'flag One Two');
  check('x = Circle(radius=1)  # a Comment', 'Circle', 'python');
  check('for a, b in zip(c): d(a)', 'zip c d', 'python');
  check('def area(shape: Shape) -> Number:\n    return pi', 'Shape Number pi', 'python');
  check("fn first<'a>(it: &'a Thing) -> Option<char> { 'x' }", 'Thing Option', 'rust');
  check('total := sum(values)', 'sum values', 'go');

  check('const a = Other; return new Cir‸cle(a)‸', 'Circle');
  check("log('‸a Circle‸ here')", '');
  check('return new ‸Circle‸.Inner(Shape)', 'Circle');
});
