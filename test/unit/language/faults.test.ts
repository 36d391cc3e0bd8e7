// Servers that misbehave: facts are lost, nothing else is.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { KeptLimits } from '../../../src/language/keptServer.ts';
import type { ServerProgram } from '../../../src/language/serverProcess.ts';
import { type FakeScript, fakeServer } from '../../support/fakeLanguageServer.ts';
import { isRunning } from '../../support/isRunning.ts';
import { OracleBench } from '../../support/oracleBench.ts';
import { inTemporaryFolder } from '../../support/temporaryFolder.ts';

const completion = { 'textDocument/completion': { isIncomplete: false, items: [{ label: 'area', kind: 2 }] } };
const limits: Partial<KeptLimits> = { requestMs: 300, coldMs: 5000, hungMs: 400, restartMs: 1, memoryCheckMs: 50 };
const until = async (isSo: () => boolean): Promise<void> => {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 10));
};

describe('a language server that misbehaves', function () {
  this.timeout(30_000);
  const benches: OracleBench[] = [];
  const benchOf = (typescript: ServerProgram, changes: Partial<KeptLimits> = {}): OracleBench => {
    const made = new OracleBench(tmpdir(), { programs: { typescript }, limits: { ...limits, ...changes } });
    benches.push(made);
    return made;
  };
  const bench = (script: FakeScript, changes: Partial<KeptLimits> = {}): OracleBench =>
    benchOf(fakeServer({ answers: completion, ...script }), changes);
  const processId = ({ oracle }: OracleBench): number | undefined => oracle.servers()[0]?.processId;
  const state = ({ oracle }: OracleBench): string | undefined => oracle.servers()[0]?.state;
  afterEach(async () => {
    const left = benches.map(processId).filter((id) => id !== undefined);
    for (const { oracle } of benches.splice(0)) oracle.dispose();
    // none is left behind, whatever it does
    await until(() => !left.some(isRunning));
  });

  it('is started with the first question and kept', async () => {
    const asked = bench({});
    assert.deepEqual(asked.oracle.servers(), []);
    assert.equal(await asked.words('shape.‸'), 'area');
    const first = processId(asked);
    assert.equal(await asked.words('other.‸'), 'area');
    assert.deepEqual([state(asked), processId(asked), asked.problems], ['ready', first, []]);
  });

  it('is not installed: said once, not looked for again', async () => {
    const path = process.env.PATH;
    process.env.PATH = '';
    try {
      const asked = new OracleBench(tmpdir());
      benches.push(asked);
      for (const source of ['a.‸', 'b.‸']) assert.equal(await asked.words(source, { language: 'go' }), undefined);
      assert.deepEqual(asked.problems, ['gopls is not installed, so its facts are not used.']);
      assert.equal(state(asked), 'resting');
      const { document } = asked.place('a.‸');
      assert.deepEqual(
        ['go', 'typescript'].map((language) => asked.oracle.knows(document, language)),
        [false, true],
      );
    } finally {
      process.env.PATH = path;
    }
  });

  it('cannot be started: said once', async () => {
    const asked = benchOf({ path: join(tmpdir(), 'no-such-server'), words: [] });
    assert.equal(await asked.words('shape.‸'), undefined);
    assert.equal(await asked.words('shape.‸'), undefined);
    assert.match(asked.problems.join('\n'), /^typescript ended .*ENOENT.*$/);
  });

  it('dies at its start: tried again a few times, then given up', async () => {
    const asked = bench({ diesAtStart: true });
    while (state(asked) !== 'off') {
      assert.equal(await asked.words('shape.‸'), undefined);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    assert.deepEqual(
      asked.problems.map((text) => text.replace(/ \(.*/, '')),
      [
        'typescript ended and is started again when it is needed',
        'typescript ended 5 times in a row and is not started again',
      ],
    );
    assert.equal(await asked.words('shape.‸'), undefined);
  });

  for (const fault of ['die', 'malformed', 'no length', 'endless'] as const) {
    it(`answers with a fault (${fault}): the next question finds another`, async () => {
      const asked = bench({ faults: { 'textDocument/completion': fault }, faultCount: 1 }, { messageBytes: 1_000_000 });
      assert.equal(await asked.words('shape.‸'), undefined);
      await until(() => state(asked) === 'resting');
      assert.equal(asked.problems.length, 1);
    });
  }

  it('is killed between two questions: comes back', async () => {
    const asked = bench({});
    assert.equal(await asked.words('shape.‸'), 'area');
    process.kill(processId(asked)!, 'SIGKILL');
    await until(() => state(asked) === 'resting');
    await new Promise((resolve) => setTimeout(resolve, 5));
    assert.equal(await asked.words('other.‸'), 'area');
    assert.equal(asked.problems.length, 1);
  });

  it('hangs at its start: ended', async () => {
    const asked = bench({ faults: { initialize: 'hang' }, isStubborn: true }, { coldMs: 700 });
    assert.equal(await asked.words('shape.‸'), undefined);
    assert.deepEqual([state(asked), asked.problems.length], ['resting', 1]);
    assert.match(asked.problems[0]!, /does not start/);
  });

  it('hangs at completion: the question is given up, and after some the server', async () => {
    const asked = bench({ faults: { 'textDocument/completion': 'hang' } });
    await asked.call('f(‸)');
    const answers = ['a.‸', 'b.‸', 'c.‸'].map((source) => asked.words(source));
    assert.deepEqual(await Promise.all(answers), [undefined, undefined, undefined]);
    assert.equal(state(asked), 'resting');
    assert.match(asked.problems[0]!, /does not answer/);
  });

  it('is told when nobody waits any longer, and what was not asked yet is not asked', () =>
    inTemporaryFolder(async (folder) => {
      const logPath = join(folder, 'log');
      const asked = bench({ faults: { 'textDocument/completion': 'hang' }, logPath });
      const controllers = [new AbortController(), new AbortController()];
      const answers = ['a.‸', 'b.‸'].map((source, index) =>
        // behind the cursor: what is asked about the cursor's own place may be asked again with the next keystroke
        asked.names(source, { signal: controllers[index]!.signal, typed: -1 }),
      );
      const log = (): string => (existsSync(logPath) ? readFileSync(logPath, 'utf8') : '');
      await until(() => log().includes('textDocument/completion'));
      for (const controller of controllers) controller.abort();
      assert.deepEqual(await Promise.all(answers), [undefined, undefined]);
      await until(() => log().includes('$/cancelRequest'));
      assert.equal(log().match(/textDocument\/completion/g)?.length, 1);
      assert.deepEqual(asked.problems, []);
    }));

  it('has changed its mind about the document: asked once more', async () => {
    const once = bench({ faults: { 'textDocument/completion': 'modified' }, faultCount: 1 });
    assert.equal(await once.words('shape.‸'), 'area');
    const always = bench({ faults: { 'textDocument/completion': 'modified' } });
    assert.equal(await always.words('shape.‸'), undefined);
  });

  it('floods with messages and chatter: answers come all the same', async () => {
    const asked = bench({ floodBytes: 20_000 });
    assert.equal(await asked.words('shape.‸'), 'area');
    await new Promise((resolve) => setTimeout(resolve, 300));
    assert.equal(await asked.words('other.‸'), 'area');
  });

  it('offers 100,000 names: the first of them count, others may stand there too', async () => {
    const asked = bench({ itemCount: 100_000 }, { requestMs: 5000 });
    const names = await asked.names('shape.‸');
    assert.deepEqual([names?.names.length, names?.isClosed], [20_000, false]);
  });

  it('answers in other shapes: nothing is known', async () => {
    const answers = [
      1,
      'x',
      {},
      { items: 7 },
      { items: [null, 3, { label: 4 }, { label: {} }, []] },
      [[]],
      [{ label: 'if', kind: 14 }],
    ];
    for (const answer of answers) {
      const methods = ['textDocument/completion', 'textDocument/signatureHelp', 'completionItem/resolve'];
      const asked = bench({ answers: Object.fromEntries(methods.map((method) => [method, answer])) });
      assert.equal(await asked.words('shape.‸'), undefined);
      assert.equal(await asked.call('f(‸'), undefined);
      assert.equal(await asked.imported('‸', 'Shape'), undefined);
    }
  });

  it('speaks another protocol: ended', async () => {
    const asked = bench({ answers: { initialize: { capabilities: { positionEncoding: 'utf-8' } } } });
    assert.equal(await asked.words('shape.‸'), undefined);
    assert.match(asked.problems[0]!, /another protocol/);
  });

  it('takes too much memory: stopped, said, and left alone for a while', async () => {
    const asked = bench({ megabytes: 200 }, { memoryBytes: 150 * 2 ** 20 });
    await asked.words('shape.‸');
    await until(() => state(asked) === 'resting');
    assert.match(asked.problems.join('\n'), /^typescript took more than 150 MB of memory and was stopped\.$/);
    assert.equal(await asked.words('other.‸'), undefined);
  });

  it('is stopped when nobody asks, and started again when someone does', async () => {
    const asked = bench({}, { idleMs: 200 });
    await asked.words('shape.‸');
    await until(() => state(asked) === 'stopped');
    assert.equal(processId(asked), undefined);
    assert.equal(await asked.words('other.‸'), 'area');
    assert.deepEqual(asked.problems, []);
  });

  it('is ended with the oracle, even when it does not want to', async () => {
    const asked = bench({ isStubborn: true });
    await asked.words('shape.‸');
    const id = processId(asked)!;
    asked.oracle.dispose();
    await until(() => !isRunning(id));
    assert.equal(await asked.words('other.‸'), undefined);
  });

  it('is not started where the workspace is not trusted and it would run its code', async () => {
    const asked = new OracleBench(tmpdir(), { programs: { pyright: fakeServer({ answers: completion }) } });
    assert.equal(asked.oracle.knows(asked.place('', { isTrusted: false }).document, 'python'), false);
    assert.equal(await asked.words('x.‸', { language: 'python', isTrusted: false }), undefined);
    assert.deepEqual(asked.oracle.servers(), []);
  });
});
