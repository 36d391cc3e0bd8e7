import assert from 'node:assert/strict';
import type { Facts, Shown } from '../../bench/monitor/facts.ts';
import { insertedName, inTurns, type MonitorItem, typedCharacters, wholeName } from '../../bench/monitor/items.ts';
import {
  comparison,
  countersLine,
  isExact,
  isMissing,
  listed,
  type MonitorCounters,
  type Verdict,
  verdictHeader,
  verdictOf,
  verdictRow,
} from '../../bench/monitor/verdicts.ts';

function item(id: string, { kind = 'member', target = 'area', typed = 0 }: Partial<MonitorItem> = {}): MonitorItem {
  const [prefix, rest] = [`shape.${target.slice(0, typed)}`, target.slice(typed)];
  const where = { path: 'project/main.ts', language: 'typescript', project: 'project' };
  return { id, kind, prefix, target: rest, suffix: '();\n', typed, ...where };
}

const quiet: MonitorCounters = { monitorQueries: 0, monitorMs: 0, monitorHits: 0, monitorReleased: 0 };
const shown = (text: string): Shown => ({ text, replaces: 0 });
const answer = (draft: Shown, counters = quiet) => ({
  shown: draft,
  counters,
  coverage: 'on' as const,
  isInformed: true,
});
const facts = (some: Partial<Facts>): Facts => ({
  member: undefined,
  accessed: 0,
  missing: [],
  newErrors: undefined,
  ...some,
});

function cell(verdicts: readonly Verdict[], column: string): string | undefined {
  return verdictRow('', verdicts)[verdictHeader.indexOf(column)];
}

describe('items at names that are half typed', () => {
  it('are judged by the whole name', () => {
    const half = item('a', { typed: 2 });
    assert.equal(half.target, 'ea');
    assert.equal(insertedName(half, 'ea(1)'), 'area');
    assert.equal(insertedName(half, '(1)'), 'ar');
    assert.deepEqual(wholeName(half, 'ea'), {
      item: { ...half, prefix: 'shape.', target: 'area', typed: 0 },
      predicted: 'area',
    });
    assert.equal(verdictOf(half, facts({}), answer(shown('ea()'))).score.exactMatch, true);
    assert.equal(verdictOf(half, facts({}), answer(shown('c()'))).score.nextIdentifierMatch, false);
  });

  it('are wrong where nothing is shown, though a part of the name stands there', () => {
    const half = item('a', { target: 'ar', typed: 1 });
    assert.equal(verdictOf(half, facts({}), answer(undefined)).score.exactMatch, false);
    assert.equal(verdictOf(item('a', { typed: 3 }), facts({}), answer(undefined)).score.editSimilarity, 0);
  });

  it('are a third, with one to three characters typed', () => {
    const typed = Array.from({ length: 9 }, (_, number) => typedCharacters(number, 8));
    assert.deepEqual(typed, [0, 0, 1, 0, 0, 2, 0, 0, 3]);
    assert.equal(typedCharacters(8, 2), 1);
  });
});

describe('drawing in turns', () => {
  it('goes on with those that have some left', () => {
    const queues = () => [[1, 2], [3], [4, 5, 6]].map((each) => each.values());
    assert.deepEqual(inTurns(queues(), 10), [1, 3, 4, 2, 5, 6]);
    assert.deepEqual(inTurns(queues(), 4), [1, 3, 4, 2]);
  });
});

describe('verdicts', () => {
  const member = (id: string, text: string, fate: Facts['member']): Verdict =>
    verdictOf(
      item(id),
      facts({ member: fate, accessed: 1, missing: fate === 'missing' ? [text] : [] }),
      answer(shown(text)),
    );
  const on = [member('a', 'area', 'exists'), member('b', 'area', 'exists'), member('c', 'width', 'exists')];
  const off = [member('a', 'depth', 'missing'), member('b', 'area', 'exists'), member('c', 'area', 'exists')];

  it('count unresolved names among those whose receiver is known', () => {
    const all = [...off, member('d', 'whatever', 'unknown'), verdictOf(item('e'), facts({}), answer(undefined))];
    assert.equal(cell(all, 'n'), '5');
    assert.equal(cell(all, 'drafts'), '4');
    assert.equal(cell(all, 'unresolved'), '1');
    assert.equal(cell(all, 'unresolved %'), '33.33');
    assert.equal(cell(all, 'inside %'), '25.00');
    assert.equal(cell(all, 'compile %'), '–');
  });

  it('count files that compile among all, and among those with a draft', () => {
    const line = (newErrors: string[] | undefined): Verdict =>
      verdictOf(item('a', { kind: 'line' }), facts({ newErrors }), answer(newErrors && shown('area();')));
    const verdicts = [line([]), line([]), line(['2339 no']), line(undefined)];
    assert.equal(cell(verdicts, 'compile %'), '50.0');
    assert.equal(cell(verdicts, 'of drafts %'), '66.7');
  });

  it('are compared item by item', () => {
    const lines = comparison(on, off);
    assert.match(lines[0] ?? '', /^unresolved names, by one alone: with 0, without 1, /);
    assert.match(lines[1] ?? '', /^next identifier right, by one alone: with 1, without 1, /);
    assert.match(lines[2] ?? '', /^exact, by one alone: with 1, without 1, /);
    assert.match(lines[3] ?? '', /^edit similarity, with − without: /);
    assert.equal(lines.length, 4);
  });

  it('list what was harmed, with both texts', () => {
    const [title, entry] = listed('harmed', on, off, (one, other) => isExact(other) && !isExact(one));
    assert.equal(title, 'harmed: 1');
    assert.match(entry ?? '', /^ {2}c\n.*"shape\." target "area"\n.*with "width" without "area" rest "\(\);\\n"\n/);
    assert.deepEqual(listed('wrong', on, off, isMissing), ['wrong: 0']);
  });

  it('sum what monitors did', () => {
    const busy = { monitorQueries: 2, monitorMs: 8, monitorHits: 3, monitorReleased: 1 };
    const verdicts = [verdictOf(item('a'), facts({}), answer(undefined, busy)), ...on];
    assert.match(
      countersLine(verdicts),
      /^questions 2, tokens passed over 3, places where nothing known was probable 1, not on at 0, drafts that waited 1 of 4 \(p95 /,
    );
  });
});
