import assert from 'node:assert/strict';
import type { Seen } from '../../../src/extension/resultCache.ts';
import { partTaken, Usage, usageText } from '../../../src/extension/usage.ts';

const seen = (prefix: string): Seen => ({ path: 'a.ts', language: 'typescript', prefix, suffix: '' });

/** Counts since the first day of 1970 behind it, and how often they changed. */
function fresh(kept?: unknown): { usage: Usage; changes: () => number } {
  let changes = 0;
  const usage = new Usage(
    kept,
    () => {
      changes += 1;
    },
    () => 86_400_000,
  );
  return { usage, changes: () => changes };
}

describe('counts of what became of suggestions', () => {
  it('have a suggestion once, however often it is drawn', () => {
    const { usage, changes } = fresh();
    usage.shown(seen('a'));
    usage.shown(seen('a'));
    usage.shown(seen('b'));
    assert.equal(usage.counts.shown, 2);
    assert.equal(changes(), 2);
  });

  it('have what is taken in part once, and not beside what is taken whole', () => {
    const { usage } = fresh();
    usage.shown(seen('a'));
    usage.tookPart(3);
    usage.tookPart(4);
    assert.deepEqual([usage.counts.partly, usage.counts.characters], [1, 7]);
    usage.accepted(5);
    assert.deepEqual([usage.counts.partly, usage.counts.accepted, usage.counts.characters], [0, 1, 12]);
    usage.shown(seen('a'));
    usage.accepted(1);
    assert.deepEqual([usage.counts.shown, usage.counts.accepted], [2, 2]);
  });

  it('tell whether accepted text was still there', () => {
    const { usage } = fresh();
    usage.looked(true);
    usage.looked(false);
    assert.deepEqual([usage.counts.looked, usage.counts.kept], [2, 1]);
  });

  it('outlive the session, and begin anew where what was kept is damaged', () => {
    const { usage } = fresh();
    usage.shown(seen('a'));
    usage.answeredIn(12.4);
    assert.deepEqual(fresh(JSON.parse(JSON.stringify(usage.counts))).usage.counts, usage.counts);
    const damaged = [
      1,
      null,
      { shown: 'many' },
      { ...usage.counts, latenciesMs: [null] },
      { ...usage.counts, kept: null },
    ];
    for (const kept of damaged) assert.equal(fresh(kept).usage.counts.shown, 0, JSON.stringify(kept));
  });

  it('are forgotten on demand', () => {
    const { usage } = fresh();
    usage.shown(seen('a'));
    usage.reset();
    assert.equal(usage.counts.shown, 0);
    usage.shown(seen('a'));
    assert.equal(usage.counts.shown, 1);
  });

  it('keep the last five hundred times', () => {
    const { usage } = fresh();
    for (let ms = 0; ms < 600; ms += 1) usage.answeredIn(ms);
    const { latenciesMs } = usage.counts;
    assert.deepEqual([latenciesMs.length, latenciesMs[0], latenciesMs.at(-1)], [500, 100, 599]);
  });

  it('are a text', () => {
    const { usage } = fresh();
    const say = (message: string, ...args: (string | number)[]): string => message.replace('{0}', `${args[0]}`);
    assert.match(usageText(usage.counts, say), /^Suggestions since 1970-01-02\n\nshown +0\naccepted +0 \(–\)/);
    usage.shown(seen('a'));
    usage.shown(seen('b'));
    usage.accepted(9);
    for (const ms of [10, 20, 30, 400]) usage.answeredIn(ms);
    const text = usageText(usage.counts, say);
    assert.match(text, /accepted +1 \(50 %\)/);
    assert.match(text, /characters not typed +9/);
    assert.match(text, /median +20 ms/);
    assert.match(text, /95th percentile +400 ms/);
  });
});

describe('a part of a suggestion', () => {
  it('is what was put in at once, and is not all of it', () => {
    assert.equal(partTaken(['items.length;'], 'items'), 5);
    assert.equal(partTaken(['x', 'if (a) {\n  b();\n}'], 'if (a) {\r\n'), 9);
    assert.equal(partTaken(['items.length;'], 'items.length;'), 0);
  });

  it('is not what is typed, or another text', () => {
    assert.equal(partTaken(['items'], 'i'), 0);
    assert.equal(partTaken(['()x'], '()'), 0);
    assert.equal(partTaken(['\n  x'], '\n  '), 0);
    assert.equal(partTaken(['items'], 'itself'), 0);
  });
});
