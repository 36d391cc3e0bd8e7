// The engine as a process, spoken to as the extension does.
import assert from 'node:assert/strict';
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import {
  CancellationTokenSource,
  createMessageConnection,
  IPCMessageReader,
  IPCMessageWriter,
  type MessageConnection,
} from 'vscode-jsonrpc/node';
import {
  type CompletionRequest,
  type EngineInfo,
  type EngineOptions,
  methods,
  type Outcome,
  protocolVersion,
} from '../../src/protocol/messages.ts';
import { built, grammarsPath, testCachePath } from '../support/built.ts';
import { requestFor } from '../support/check.ts';
import { embeddedModelPath } from '../support/embeddedTokenizer.ts';

const options: EngineOptions = {
  protocolVersion,
  modelPath: embeddedModelPath,
  grammarsPath,
  cachePath: testCachePath,
  device: 'auto',
  threads: 0,
};
const long = `${'export const value = compute(first, second);\n'.repeat(60)}const total = ‸\n`;

describe('the engine process', () => {
  let child: ChildProcess;
  let connection: MessageConnection;
  beforeEach(async () => {
    child = fork(await built('engine.js'), { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    connection = createMessageConnection(new IPCMessageReader(child), new IPCMessageWriter(child));
    connection.listen();
  });
  afterEach(async () => {
    connection.dispose();
    if (child.exitCode === null && child.signalCode === null) {
      const gone = once(child, 'exit');
      child.kill();
      await gone;
    }
  });

  const start = (changes: Partial<EngineOptions> = {}): Promise<EngineInfo> =>
    connection.sendRequest(methods.start, { ...options, ...changes });
  const ask = (request: CompletionRequest, source = new CancellationTokenSource()): Promise<Outcome> =>
    connection.sendRequest(methods.complete, request, source.token);

  it('starts, says what came up, and completes', async () => {
    const info = await start();
    assert.equal(info.model, 'palimpsest-135m');
    assert.equal(info.device, 'cpu');
    assert.ok(info.threads >= 1 && info.contextTokens >= 1024);
    const outcome = await ask(requestFor('function sum(left: number, right: number) {\n  return ‸\n}\n'));
    assert.ok(outcome.outcome === 'done');
    assert.equal(outcome.drafts[0]?.text, 'left + right;');
    assert.match(await connection.sendRequest<string>(methods.trace), /complete[\s\S]*prefill/);
  });

  it('computes the newest request and gives up the others', async () => {
    await start();
    const asked = ['a', 'ab', 'abc'].map((name) => ask(requestFor(long.replace('total', name))));
    const outcomes = (await Promise.all(asked)).map(({ outcome }) => outcome);
    assert.deepEqual(outcomes, ['cancelled', 'cancelled', 'done']);
  });

  it('stops a request that is cancelled, and answers the next', async () => {
    await start();
    const source = new CancellationTokenSource();
    const asked = ask(requestFor(long), source);
    setTimeout(() => source.cancel(), 30);
    assert.deepEqual(await asked, { outcome: 'cancelled' });
    assert.equal((await ask(requestFor(long))).outcome, 'done');
  });

  it('says what is wrong with a model, and can be started again', async () => {
    await assert.rejects(start({ modelPath: `${embeddedModelPath}/none.gguf` }), /none\.gguf does not exist/);
    assert.deepEqual(await ask(requestFor('a‸')), { outcome: 'failed', reason: 'the engine was not started' });
    await assert.rejects(start({ protocolVersion: 0 }), /reload the window/);
    await start();
    assert.equal((await ask(requestFor('const a = ‸\n'))).outcome, 'done');
  });

  it('goes when its parent goes', async () => {
    await start();
    const gone = once(child, 'exit');
    child.disconnect();
    await gone;
  });
});
