import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CancellationToken, CancellationTokenSource } from 'vscode-jsonrpc/node';
import { EngineClient, type EngineState } from '../../../src/extension/engineClient.ts';
import { engineEnvironment } from '../../../src/extension/runtime.ts';
import { type Outcome, protocolVersion } from '../../../src/protocol/messages.ts';
import { buildScriptedEngine } from '../../support/buildScriptedEngine.ts';
import { isRunning } from '../../support/isRunning.ts';

/** A client of a real process, every state it went through and every line it logged. */
class Bench {
  readonly states: EngineState[] = [];
  readonly lines: string[] = [];
  readonly client: EngineClient;
  idleMs = 0;
  onLine = (_text: string): void => {};
  #changed = new EventTarget();

  /** Clients that are told the same folder to meet in share an engine. */
  constructor(enginePath: string, modelPath: string, meetingsPath: string) {
    this.client = new EngineClient({
      enginePath,
      program: process.execPath,
      environment: engineEnvironment(process.env),
      meetingsPath,
      restartDelayMs: 1,
      idleMs: () => this.idleMs,
      options: () => ({
        protocolVersion,
        modelPath,
        grammarsPath: tmpdir(),
        cachePath: tmpdir(),
        device: 'cpu',
        threads: 1,
      }),
      names: async () => null,
      file: async () => null,
      log: ({ text }) => {
        this.lines.push(text);
        this.onLine(text);
      },
      changed: (state) => {
        this.states.push(state);
        this.#changed.dispatchEvent(new Event('changed'));
      },
    });
  }

  async reach<Kind extends EngineState['kind']>(kind: Kind): Promise<EngineState & { kind: Kind }> {
    while (this.client.state.kind !== kind) await once(this.#changed, 'changed');
    return this.client.state as EngineState & { kind: Kind };
  }

  complete(
    prefix: string,
    token: CancellationToken = new CancellationTokenSource().token,
  ): Promise<Outcome | undefined> {
    return this.client.complete({ path: 'a.ts', language: 'typescript', prefix, suffix: '' }, token);
  }

  /** Text of the first draft. */
  async text(prefix: string): Promise<string | undefined> {
    const outcome = await this.complete(prefix);
    return outcome?.outcome === 'done' ? outcome.drafts[0]?.text : undefined;
  }
}

describe('engine client', function () {
  this.timeout(20_000);
  const folder = mkdtempSync(join(tmpdir(), 'palimpsest-engine-'));
  const enginePath = join(folder, 'engine.mjs');
  const benches: Bench[] = [];
  const bench = (model = 'model.gguf', meeting = `alone ${benches.length} ${performance.now()}`): Bench => {
    const made = new Bench(enginePath, model, join(folder, meeting));
    benches.push(made);
    return made;
  };
  before(() => buildScriptedEngine(enginePath));
  afterEach(() => {
    for (const made of benches.splice(0)) made.client.dispose();
  });
  after(() => rmSync(folder, { recursive: true }));

  it('starts the engine with the first request and answers it once it is ready', async () => {
    const { client, states, ...rest } = bench();
    assert.equal(client.state.kind, 'stopped');
    assert.equal(await benches[0]?.text('const total = items.'), 'reduce((sum, item) => sum + item.price, 0);');
    assert.deepEqual(
      states.map((state) => (state.kind === 'starting' && state.progress ? state.progress.stage : state.kind)),
      ['starting', 'building the graph', 'ready'],
    );
    assert.ok(rest.lines.includes('scripted engine started'));
  });

  it('comes back after its process was killed', async () => {
    const made = bench();
    await made.text('const total = items.');
    const { processId } = await made.reach('ready');
    process.kill(processId, 'SIGKILL');
    await made.reach('recovering');
    assert.equal(await made.text('const total = items.len'), 'gth;');
    assert.notEqual((await made.reach('ready')).processId, processId);
  });

  it('answers nothing to the request that killed it, and the next one as ever', async () => {
    const made = bench();
    assert.equal(await made.complete('crash now'), undefined);
    assert.equal(await made.text('const total = items.'), 'reduce((sum, item) => sum + item.price, 0);');
  });

  it('lets the newest request win', async () => {
    const made = bench();
    await made.text('const total = items.');
    const older = made.complete('const total = items.');
    const newer = made.complete('const area = compute(');
    assert.equal((await older)?.outcome, 'cancelled');
    assert.equal((await newer)?.outcome, 'done');
  });

  /** Asks for several drafts; what came, in its order. */
  async function several(
    made: Bench,
    prefix: string,
    token: CancellationToken = new CancellationTokenSource().token,
  ): Promise<readonly string[]> {
    const said: string[] = [];
    const note = (outcome: Outcome | undefined): void => {
      const texts = outcome?.outcome === 'done' ? outcome.drafts.map(({ text }) => text) : [`${outcome?.outcome}`];
      said.push(texts.join('|'));
    };
    const request = { path: 'a.ts', language: 'typescript', prefix, suffix: '', drafts: 2 };
    note(await made.client.complete(request, token, note));
    return said;
  }

  it('tells the first of several drafts before the others', async () => {
    const made = bench();
    const [first, second] = ['reduce((sum, item) => sum + item.price, 0);', 'length;'];
    assert.deepEqual(await several(made, 'const total = items.'), [first, `${first}|${second}`]);
    assert.deepEqual(await several(made, 'const total = items.'), [first, `${first}|${second}`]);
  });

  it('has told the first draft of a request that is superseded behind it', async () => {
    const made = bench();
    await made.text('const total = items.');
    const source = new CancellationTokenSource();
    const said: string[] = [];
    const request = { path: 'a.ts', language: 'typescript', prefix: 'think on', suffix: '', drafts: 2 };
    const whole = made.client.complete(request, source.token, (first) => {
      said.push(first.outcome);
      void made.complete('const area = compute(');
    });
    await new Promise((resolve) => setTimeout(resolve, 200));
    source.cancel();
    made.client.stop();
    await whole;
    assert.deepEqual(said, ['done']);
  });

  it('stops waiting when the request is cancelled', async () => {
    const made = bench();
    const source = new CancellationTokenSource();
    const waiting = made.complete('const total = items.', source.token);
    source.cancel();
    assert.equal(await waiting, undefined);
  });

  it('says why the engine refused to start, and does not try again by itself', async () => {
    const made = bench('missing.gguf');
    assert.equal(await made.complete('x'), undefined);
    const { reason } = await made.reach('failed');
    assert.equal(reason, 'no model at missing.gguf');
    assert.equal(await made.complete('x'), undefined);
    assert.equal(made.states.filter(({ kind }) => kind === 'failed').length, 1);
  });

  it('refuses an engine of another protocol', async () => {
    const made = bench('older.gguf');
    assert.equal(await made.complete('x'), undefined);
    assert.match((await made.reach('failed')).reason, /protocol/);
  });

  it('gives up on an engine that keeps ending, until it is restarted', async () => {
    const made = bench('broken.gguf');
    assert.equal(await made.complete('x'), undefined);
    assert.match((await made.reach('failed')).reason, /exit code 3/);
    made.client.restart();
    assert.equal(made.client.state.kind, 'starting');
  });

  it('reports the spans of the last completion while the engine runs', async () => {
    const made = bench();
    assert.equal(await made.client.trace(), undefined);
    await made.text('const total = items.');
    assert.match((await made.client.trace()) ?? '', /complete\n {2}answer 1/);
  });

  const gone = async (processId: number): Promise<void> => {
    while (isRunning(processId)) await new Promise((resolve) => setTimeout(resolve, 5));
  };

  it('leaves the engine when nothing was asked for a while, and it ends; brings one back for the next request', async () => {
    const made = bench();
    made.idleMs = 30;
    await made.text('const total = items.');
    const { processId } = await made.reach('ready');
    await made.reach('resting');
    await gone(processId);
    assert.equal(await made.text('const total = items.len'), 'gth;');
    assert.notEqual((await made.reach('ready')).processId, processId);
    assert.ok(made.states.every(({ kind }) => kind !== 'recovering' && kind !== 'failed'));
  });

  it('has an engine that is there read ahead, and starts or keeps none for it', async () => {
    const made = bench();
    const { token } = new CancellationTokenSource();
    const read = () => made.client.read({ path: 'a.ts', language: 'typescript', prefix: 'const', suffix: '' }, token);
    assert.equal(await read(), undefined);
    assert.equal(made.client.state.kind, 'stopped');
    made.idleMs = 200;
    await made.text('const total = items.');
    assert.equal(await read(), 5);
    const reading = setInterval(() => void read(), 20);
    await made.reach('resting').finally(() => clearInterval(reading));
    assert.equal(await read(), undefined);
    assert.equal(made.client.state.kind, 'resting');
  });

  it('keeps the engine while somebody waits for an answer', async () => {
    const made = bench();
    made.idleMs = 5;
    for (let again = 0; again < 3; again++) assert.equal(await made.text('const area = compute('), 'width, height)');
    assert.deepEqual(
      made.states.filter(({ kind }) => kind !== 'starting').map(({ kind }) => kind),
      ['ready'],
    );
  });

  it('lets the process end when it is disposed', async () => {
    const made = bench();
    await made.text('const total = items.');
    const { processId } = await made.reach('ready');
    made.client.dispose();
    await gone(processId);
    assert.equal(made.client.state.kind, 'stopped');
  });

  describe('shared with other windows', () => {
    const windows = async (count: number): Promise<readonly Bench[]> => {
      const meeting = `shared ${performance.now()}`;
      const made = Array.from({ length: count }, () => bench('model.gguf', meeting));
      await Promise.all(made.map((one) => one.text('const total = items.')));
      return made;
    };
    const processOf = async (made: Bench): Promise<number> => (await made.reach('ready')).processId;

    it('is one process, though all start at once', async () => {
      const made = await windows(4);
      assert.equal(new Set(await Promise.all(made.map(processOf))).size, 1);
    });

    it('goes on for one when the other leaves', async () => {
      const [one, other] = await windows(2);
      const processId = await processOf(one!);
      one!.client.dispose();
      await new Promise((resolve) => setTimeout(resolve, 300));
      assert.equal(await other!.text('const total = items.len'), 'gth;');
      assert.equal(await processOf(other!), processId);
      other!.client.dispose();
      await gone(processId);
    });

    it('is another one for all after one of them restarts it', async () => {
      const [one, other] = await windows(2);
      const processId = await processOf(one!);
      one!.client.restart();
      assert.equal(await one!.text('const total = items.len'), 'gth;');
      assert.equal(await other!.text('const total = items.len'), 'gth;');
      await gone(processId);
      assert.equal(await processOf(one!), await processOf(other!));
    });

    it('comes back as one after it was killed', async () => {
      const made = await windows(3);
      process.kill(await processOf(made[0]!), 'SIGKILL');
      await Promise.all(made.map((one) => one.reach('recovering')));
      for (const one of made) assert.equal(await one.text('const total = items.len'), 'gth;');
      assert.equal(new Set(await Promise.all(made.map(processOf))).size, 1);
    });

    it('is not shared where the options are others', async () => {
      const meeting = `options ${performance.now()}`;
      const made = ['one.gguf', 'other.gguf'].map((model) => bench(model, meeting));
      for (const one of made) await one.text('const total = items.');
      assert.equal(new Set(await Promise.all(made.map(processOf))).size, 2);
    });
  });
});
