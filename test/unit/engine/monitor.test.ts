// The whole flow with an oracle, on a scripted model: what a user sees where the model would name what is not there.
import assert from 'node:assert/strict';
import type { CompletionRequest } from '../../../src/protocol/messages.ts';
import { ask, requestFor, screen, scriptedSession } from '../../support/check.ts';
import { says } from '../../support/scriptedModel.ts';
import { type OracleScript, scriptedOracle, somewhere } from '../../support/scriptedOracle.ts';

const shape = { names: { 'shape.': ['area', 'perimeter', 'kind'], 'kind.': ['length', 'trim'] } };

/** What the screen shows where the model says `said` at the cursor, the most probable first, and the oracle knows `script`. */
async function shows(
  said: string | readonly string[],
  source: string,
  expected: string,
  script: OracleScript = shape,
  changes: Partial<CompletionRequest> = {},
): Promise<void> {
  const [before] = source.split('‸');
  const model = says({ [before!.slice(-9)]: said });
  const request = { document: somewhere, monitorMs: 2000, ...changes };
  assert.equal(await screen(model, source, request, scriptedOracle(script)), expected);
}

/** The outcome of that. */
async function outcomeOf(said: string | readonly string[], source: string, script: OracleScript, changes = {}) {
  const [before] = source.split('‸');
  const oracle = scriptedOracle(script);
  const { session } = await scriptedSession(says({ [before!.slice(-9)]: said }), oracle);
  const outcome = await ask(session, requestFor(source, { document: somewhere, monitorMs: 2000, ...changes }));
  assert.ok(outcome.outcome === 'done');
  return { ...outcome, oracle };
}

describe('a completion with an oracle', () => {
  it('names a member that there is', async () => {
    await shows(['width;\n', 'area();\n'], 'const a = shape.‸\n', 'const a = shape.[area();]\n');
    await shows(['width;\n', 'area();\n'], 'const a = shape?.‸\n', 'const a = shape?.[area();]\n', {
      names: { 'shape?.': ['area'] },
    });
  });

  it('is as sure as its names are among those that there are', async () => {
    const legalShare = async (said: readonly string[], names: readonly string[]): Promise<number> => {
      const { drafts } = await outcomeOf(said, 'const a = shape.‸\n', { names: { 'shape.': names } });
      assert.equal(drafts[0]?.text.slice(0, 4), 'area');
      return Math.exp(drafts[0]!.logLegalMass);
    };
    assert.ok((await legalShare(['area;\n', 'width;\n'], ['area', 'kind'])) > 0.95);
    // the model gives nearly three times as much to what is not there
    assert.ok((await legalShare(['width;\n', 'area;\n'], ['area', 'kind'])) < 0.4);
    // it has no word for the only name
    assert.ok((await legalShare(['width;\n'], ['area'])) < 0.001);
  });

  it('names one wherever the member begins', async () => {
    await shows([' shape.width;\n', ' shape.area();\n'], 'const a =‸\n', 'const a =[ shape.area();]\n');
    await shows([' shape.kind.size;\n', ' shape.kind.trim();\n'], 'const a =‸\n', 'const a =[ shape.kind.trim();]\n');
    await shows([' f(g(shape.width));\n', ' f(g(shape.area));\n'], 'const a =‸\n', 'const a =[ f(g(shape.area));]\n');
    await shows(
      ['\n  .width;\n', '\n  .area();\n'],
      'shape‸\n',
      'shape[\n  .area();]\n',
      {
        names: { 'shape\n  .': ['area'] },
      },
      { multiline: 'block' },
    );
  });

  it('goes on from what is typed of a name', async () => {
    await shows(['ixel;\n', 'erimeter;\n'], 'const a = shape.p‸\n', 'const a = shape.p[erimeter;]\n');
  });

  it('does not end within a name, or with one that only begins as one', async () => {
    await shows(['peri;\n', 'perimeter;\n'], 'const a = shape.‸\n', 'const a = shape.[perimeter;]\n');
    await shows(['areas();\n', 'area();\n'], 'const a = shape.‸\n', 'const a = shape.[area();]\n');
    await shows(['peri', 'perimeter'], 'f(shape.‸)\n', 'f(shape.[perimeter])\n');
  });

  it('names what an import has, and what can be constructed', async () => {
    await shows(
      ['Square } ', 'Circle } '],
      "import { ‸ } from './shapes';\n",
      "import { [Circle] } from './shapes';\n",
      {
        names: { 'import { ': ['Circle', 'Shape'] },
      },
    );
    await shows(['Square();\n', 'Circle();\n'], 'const a = new ‸\n', 'const a = new [Circle();]\n', {
      names: { 'new ': ['Circle', 'Map'] },
    });
  });

  it('names the cases there are', async () => {
    const before = 'switch (shape.kind) {\n  case ';
    await shows(["triangle':\n", "circle':\n"], `${before}'‸\n}\n`, `${before}'[circle':]\n}\n`, {
      names: { "case '": ['circle', 'square'] },
    });
    await shows(["':\n", "square':\n"], `${before}'‸\n}\n`, `${before}'[square':]\n}\n`, {
      names: { "case '": ['circle', 'square'] },
    });
  });

  it('says nothing of words that are no members', async () => {
    const { drafts, oracle } = await outcomeOf(' "shape.width" + width; // shape.size\n', 'const a =‸\n', shape);
    assert.equal(drafts[0]?.text, ' "shape.width" + width; // shape.size');
    assert.deepEqual(oracle.asked, []);
  });

  it('asks about the document with the text so far, unsaved as it is', async () => {
    const source = 'let shape;\nconst a = shape.ar‸\nf();\n';
    const { oracle } = await outcomeOf('ea();\n', source, shape);
    const [place] = oracle.places;
    assert.equal(place?.before, 'let shape;\nconst a = shape.');
    assert.equal(place?.after, '\nf();\n');
    assert.equal(place?.typed, 2);
    assert.equal(place?.isWhole, true);
  });

  it('asks about all of a document that is longer than what the model is shown', async () => {
    const [before, after] = ['let shape;\n'.repeat(8000), '\nf();'.repeat(8000)];
    const { oracle, drafts } = await outcomeOf(['width;\n', 'area;\n'], `${before}a = shape.‸${after}`, shape);
    assert.equal(drafts[0]?.text, 'area;');
    assert.equal(oracle.places[0]?.isWhole, true);
    assert.equal(oracle.places[0]?.before.length, before.length + 'a = shape.'.length);
    assert.equal(oracle.places[0]?.after.length, after.length);
  });

  it('counts what it did', async () => {
    const { monitor, counters } = await outcomeOf(['width;\n', 'area();\n'], 'const a = shape.‸\n', shape);
    assert.equal(monitor, 'on');
    assert.ok(counters.monitorHits >= 1);
    // the member, and the call that ends behind it
    assert.equal(counters.monitorQueries, 2);
    assert.equal(counters.monitorReleased, 0);
  });

  describe('that knows the parameters', () => {
    const two: OracleScript = {
      names: {},
      call: (before) => {
        const open = before.slice(before.lastIndexOf('(') + 1);
        const argument = open.split(',').length - 1;
        return { signatures: [{ least: 2, most: 2, keywords: undefined }], argument };
      },
    };

    it('passes as many arguments as there are', async () => {
      await shows(['a);\n', 'a, b);\n'], 'scale(‸\n', 'scale([a, b);]\n', two);
      await shows(['a, b, c);\n', 'a, b);\n'], 'scale(‸\n', 'scale([a, b);]\n', two);
      await shows([' b, c);\n', ' b);\n'], 'scale(a,‸\n', 'scale(a,[ b);]\n', two);
      await shows([');\n', 'a, b);\n'], 'scale(‸\n', 'scale([a, b);]\n', two);
    });

    it('leaves alone what it cannot count', async () => {
      await shows(['...a);\n'], 'scale(‸\n', 'scale([...a);]\n', two);
      await shows(['[a], (b, c));\n'], 'scale(‸\n', 'scale([[a], (b, c));]\n', two);
      await shows(['a) {\n'], 'function scale(‸\n}\n', 'function scale([a) {]\n}\n', two);
    });

    it('makes up no argument', async () => {
      await shows('a);\n', 'scale(‸\n', 'scale([a);]\n', two);
    });

    it('names the keyword arguments that there are', async () => {
      const known: OracleScript = {
        names: {},
        call: () => ({ signatures: [{ least: 0, most: 2, keywords: ['width', 'height'] }], argument: 0 }),
      };
      const python: Partial<CompletionRequest> = { language: 'python', path: 'a.py' };
      await shows(['depth=1)\n', 'width=1)\n'], 'scale(‸\n', 'scale([width=1)]\n', known, python);
    });
  });

  it('lets a new attribute be made where the language makes it by naming it', async () => {
    const python: Partial<CompletionRequest> = { language: 'python', path: 'a.py' };
    const names = { 'self.': ['area'] };
    const before = 'class A:\n    def __init__(self, size):\n        ';
    await shows('size = size\n', `${before}self.‸\n`, `${before}self.[size = size]\n`, { names }, python);
    await shows(['size\n', 'area\n'], `${before}return self.‸\n`, `${before}return self.[area]\n`, { names }, python);
  });
});

describe('an oracle that cannot tell', () => {
  it('changes nothing', async () => {
    const source = 'const a = shape.‸\n';
    const shown = 'const a = shape.[width;]\n';
    await shows(['width;\n', 'area();\n'], source, shown, { names: {} });
    await shows(['width;\n', 'area();\n'], source, shown, { names: { 'shape.': 'open' } });
    await shows(['width;\n', 'area();\n'], source, shown, { names: { 'shape.': [] } });
    await shows(['width;\n', 'area();\n'], source, shown, shape, { monitor: false });
  });

  it('says the only name there is', async () => {
    await shows('width;\n', 'const a = shape.‸\n', 'const a = shape.[zzz]\n', { names: { 'shape.': ['zzz'] } });
  });

  it('is silent where the model sees none of its names', async () => {
    const names = { 'shape.': ['zzz', 'qqq'] };
    const { drafts, counters } = await outcomeOf('width;\n', 'const a = shape.‸\n', { names });
    assert.deepEqual(drafts, []);
    assert.equal(counters.monitorReleased, 1);
    const lines = '\n  b = 1;\n  c = shape.width;\n';
    const block = { multiline: 'block' } as const;
    await shows(lines, 'function f() {‸\n}\n', 'function f() {[\n  b = 1;]\n}\n', { names }, block);
  });

  it('gives way to what the user has typed', async () => {
    await shows('dth;\n', 'const a = shape.wi‸\n', 'const a = shape.wi[dth;]\n');
  });
});

describe('an oracle that is slow', () => {
  const source = 'const a =‸\n';
  const said = [' shape.width + shape.kind.size;\n', ' shape.area + shape.kind.trim;\n'];
  const shown = 'const a =[ shape.area + shape.kind.trim;]\n';

  for (const ms of [0, 1, 20, 200])
    it(`leads to the same text after ${ms} ms`, () => shows(said, source, shown, { ...shape, delay: () => ms }));

  it('leads to the same text whatever comes first', () =>
    shows(said, source, shown, { ...shape, delay: (before) => (before.endsWith('kind.') ? 1 : 60) }));

  it('that never answers changes nothing, and is waited for no longer than is allowed', async () => {
    const script: OracleScript = { ...shape, delay: () => 'never' };
    const { drafts, counters } = await outcomeOf(said, source, script, { monitorMs: 30 });
    assert.equal(drafts[0]?.text, ' shape.width + shape.kind.size;');
    assert.ok(counters.monitorMs > 0);
  });

  it('is not waited for in vain while it is only being started, but by those who have the time', async () => {
    const script: OracleScript = { ...shape, delay: () => 20, isNew: true };
    const short = await outcomeOf(said, source, script, { monitorMs: 150 });
    assert.equal(short.counters.monitorMs, 0);
    const { drafts } = await outcomeOf(said, source, script, { monitorMs: 2000 });
    assert.equal(drafts[0]?.text, ' shape.area + shape.kind.trim;');
  });

  it('that never answers does not make a finished draft go on', async () => {
    const script: OracleScript = { ...shape, delay: () => 'never' };
    const passes = async (changes: Partial<CompletionRequest>): Promise<number> =>
      (await outcomeOf(said, source, script, { monitorMs: 20, speculate: false, ...changes })).counters.passes;
    assert.equal(await passes({}), await passes({ monitor: false }));
  });

  it('is not waited for once the request is given up', async () => {
    const oracle = scriptedOracle({ ...shape, delay: () => 'never' });
    const { session } = await scriptedSession(says({ 'const a =': said }), oracle);
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 50);
    const request = requestFor(source, { document: somewhere, monitorMs: 60_000 });
    assert.deepEqual(await ask(session, request, controller.signal), { outcome: 'cancelled' });
  });

  it('is asked once about a place', async () => {
    const { oracle } = await outcomeOf(said, source, { ...shape, delay: () => 5 });
    assert.equal(new Set(oracle.asked).size, oracle.asked.length);
  });
});
