import assert from 'node:assert/strict';
import type { SourceFile } from '../../bench/corpus.ts';
import type { MonitorItem, SiteClass } from '../../bench/monitor/items.ts';
import { typescriptFacts } from '../../bench/monitor/typescriptFacts.ts';
import { cutMembers, memberSites } from '../../bench/monitor/typescriptItems.ts';
import { accessAt, type Fate, fateOf } from '../../bench/monitor/typescriptMembers.ts';
import { memoryProject, projectFolder } from './monitorProject.ts';

const shapes = `export class Shape {
  width = 1;
  private secret = 2;
  static unit = new Shape();
  area(): number { return this.width * this.secret; }
}
export enum Colour { red, green }
export interface Bag { [name: string]: number; size: number }
export namespace inner { export type Kind = string; }
`;

const main = `import { Bag, Colour, inner, Shape } from './shapes';
declare const shape: Shape;
declare const maybe: Shape | undefined;
declare const either: Shape | { width: string };
declare const bag: Bag;
declare const anything: any;
declare const something: unknown;
`;

const project = memoryProject({ 'shapes.ts': shapes, 'main.ts': main });
const file = `${projectFolder}/main.ts`;

describe('what the checker says of an accessed name', () => {
  const cases: [code: string, fate: Fate][] = [
    ['shape.‸area()', 'declared'],
    ['shape.‸secret', 'declared'],
    ['shape.‸unit', 'missing'],
    ['shape.‸perimeter()', 'missing'],
    ['Shape.‸unit', 'declared'],
    ['Shape.‸units', 'missing'],
    ['maybe?.‸width', 'declared'],
    ['maybe.‸width', 'declared'],
    ['maybe?.‸height', 'missing'],
    ['either.‸width', 'declared'],
    ['either.‸area', 'missing'],
    ['Colour.‸red', 'declared'],
    ['Colour.‸blue', 'missing'],
    ['bag.‸size', 'declared'],
    ['bag.‸whatever', 'index'],
    ["'text'.‸trim()", 'declared'],
    ["'text'.‸strip()", 'missing'],
    ['[1].‸at(0)', 'declared'],
    ['anything.‸whatever', 'unknown'],
    ['something.‸whatever', 'unknown'],
    ['nowhere.‸whatever', 'unknown'],
    ['shape.perimeter.‸length', 'unknown'],
    ['let kind: inner.‸Kind', 'declared'],
    ['let kind: inner.‸Sort', 'missing'],
    ['let kind: Colour.‸blue', 'missing'],
    ['shape.width.‸toFixed( + ', 'declared'],
  ];
  for (const [code, fate] of cases) {
    it(`${code}: ${fate}`, () => {
      const text = main + code.replace('‸', '');
      const checked = project.edited(file, text);
      const access = accessAt(checked.source, main.length + code.indexOf('‸'));
      assert.ok(access);
      assert.equal(fateOf(access, checked), fate);
      const name = /‸(\w+)/.exec(code)?.[1] ?? '';
      const errors = project.newErrors(file, text).filter((error) => error.includes(`'${name}'`));
      const saysMissing = errors.some((error) => /^(2339|2551|2576|2694|2724|2749) /.test(error));
      assert.equal(saysMissing, fate === 'missing', errors.join());
    });
  }
});

describe('an edited project', () => {
  it('reports the errors that an edit brings, not those that were there', () => {
    const own = memoryProject({ 'main.ts': 'const one: string = 1;\nexport const two = 2;\n' });
    assert.equal(own.originalErrors(file).length, 1);
    assert.deepEqual(own.newErrors(file, '\n\nconst one: string = 1;\nexport const two = 2;\n'), []);
    assert.equal(own.newErrors(file, 'const one: string = 1;\nexport const two: string = 1;\n').length, 1);
    assert.equal(own.newErrors(file, 'const one: string = 1;\nexport const two = ;\n').length, 1);
  });

  it('has its own text back in all files but the one that is edited', () => {
    const own = memoryProject({ 'shapes.ts': shapes, 'main.ts': main });
    own.edited(`${projectFolder}/shapes.ts`, 'export const nothing = 1;\n');
    assert.deepEqual(own.newErrors(file, `${main}shape.area();`), []);
    own.edited(file, 'const other = 1;');
    assert.equal(own.original(file).source.text, main);
  });
});

const filler = '// text that is long enough for a hole to be cut from it\n'.repeat(12);
const cutText = `${main}${filler}
shape.area(); shape.width; maybe?.width; Colour.red; bag.size; bag.other; anything.one; anything.other; Shape.unit;
either.width; 'text'.trim(); 'text'.length; shape.nothing;
`;

function subjects(): Parameters<typeof cutMembers>[0] {
  const own = memoryProject({ 'shapes.ts': shapes, 'main.ts': cutText, 'again.ts': cutText });
  const files = ['main.ts', 'again.ts'].map(
    (name): SourceFile => ({ group: 'project', path: `project/${name}`, language: 'typescript', text: cutText }),
  );
  return [{ name: 'project', project: own, files, absolute: ({ path }) => `/${path}` }];
}

describe('cutting holes at members', () => {
  const counts = { resolved: 12, index: 3, any: 2 };
  const items = cutMembers(subjects(), { seed: 1, counts });

  it('cuts as many of each class as were asked for or there are', () => {
    const of = (siteClass: SiteClass): number => items.filter((item) => item.siteClass === siteClass).length;
    assert.deepEqual([of('resolved'), of('index'), of('any')], [12, 2, 2]);
  });

  it('cuts the name, or in a third of the holes the rest of it', () => {
    for (const { prefix, target, suffix, typed } of items) {
      assert.equal(prefix + target + suffix, cutText);
      assert.match(prefix.slice(0, prefix.length - typed), /\.$/);
      assert.match(prefix.slice(prefix.length - typed) + target, /^\w+$/);
      assert.match(suffix, /^\W/);
    }
    const resolved = items.filter(({ siteClass }) => siteClass === 'resolved');
    assert.equal(resolved.filter(({ typed }) => typed > 0).length, 4);
  });

  it('takes turns among files and cuts the same again', () => {
    assert.notEqual(items[0]?.path, items[1]?.path);
    assert.deepEqual(cutMembers(subjects(), { seed: 1, counts }), items);
    assert.notDeepEqual(cutMembers(subjects(), { seed: 2, counts }), items);
  });

  it('leaves out what is wrong as it was written', () => {
    const [subject] = subjects();
    const names = memberSites(subject!.project, file).map(({ start, end }) => cutText.slice(start, end));
    assert.ok(!names.includes('nothing'));
    assert.ok(names.includes('trim'));
  });
});

function hole(code: string, kind: MonitorItem['kind'] = 'member', typed = 0): MonitorItem {
  const [before = '', target = '', after = ''] = code.split('‸');
  const item = { id: 'one', path: 'project/main.ts', language: 'typescript', kind, target, project: 'project', typed };
  return { ...item, prefix: main + before, suffix: after };
}

describe('the facts of an answer', () => {
  const facts = (item: MonitorItem, text: string, replaces = 0) =>
    typescriptFacts(item, { text, replaces }, project, file);

  it('says whether the name at the hole exists, whatever follows it', () => {
    assert.equal(facts(hole('shape.‸area‸();'), 'area').member, 'exists');
    assert.equal(facts(hole('shape.‸area‸();'), 'perimeter() + 1').member, 'missing');
    assert.equal(facts(hole('anything.‸area‸();'), 'perimeter').member, 'unknown');
    assert.equal(facts(hole('bag.‸area‸;'), 'perimeter').member, 'exists');
  });

  it('takes what is typed for a part of the name', () => {
    const item = hole('shape.ar‸ea‸();', 'member', 2);
    assert.equal(facts(item, 'ea').member, 'exists');
    assert.equal(facts(item, 'c').member, 'missing');
    assert.equal(facts(item, '.x').member, 'missing');
    assert.deepEqual(facts(item, 'c').missing, ['arc']);
  });

  it('counts the members that a draft accesses, and those that do not exist', () => {
    const found = facts(hole('const x = ‸1;‸\nshape.nothing;', 'line'), 'shape.area() + shape.depth + Colour.blue;');
    assert.equal(found.member, undefined);
    assert.equal(found.accessed, 3);
    assert.deepEqual(found.missing, ['depth', 'blue']);
  });

  it('compiles the file with the draft of a line or a block', () => {
    const item = hole('const x: number = ‸1‸;', 'line');
    assert.deepEqual(facts(item, 'shape.area()').newErrors, []);
    assert.deepEqual(facts(item, 'shape.area();', 1).newErrors, []);
    assert.equal(facts(item, "'text'").newErrors?.length, 1);
    assert.equal(facts(hole('shape.‸area‸();'), 'area').newErrors, undefined);
  });

  it('has none where nothing was shown', () => {
    const found = typescriptFacts(hole('shape.‸area‸();'), undefined, project, file);
    assert.deepEqual(found, { member: undefined, accessed: 0, missing: [], newErrors: undefined });
  });
});
