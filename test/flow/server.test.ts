// The engine as a process, spoken to as the extension does.
import assert from 'node:assert/strict';
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  CancellationTokenSource,
  createMessageConnection,
  IPCMessageReader,
  IPCMessageWriter,
  type MessageConnection,
  ProgressType,
} from 'vscode-jsonrpc/node';
import {
  type CompletionRequest,
  type EditorNames,
  type EngineInfo,
  type EngineOptions,
  type ImportsQuestion,
  type LogMessage,
  methods,
  type NamesQuestion,
  type Outcome,
  protocolVersion,
  type TextChange,
} from '../../src/protocol/messages.ts';
import { built, grammarsPath, testCachePath } from '../support/built.ts';
import { requestFor } from '../support/check.ts';
import { embeddedModelPath } from '../support/embeddedTokenizer.ts';
import { inTemporaryFolder } from '../support/temporaryFolder.ts';

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

  it('tells the first of several drafts before the others, and keeps to it', async () => {
    await start();
    const first = new Promise<Outcome>((resolve) => {
      connection.onProgress(new ProgressType<Outcome>(), 7, resolve);
    });
    const asked = ask({
      ...requestFor('function sum(left: number, right: number) {\n  return ‸\n}\n'),
      drafts: 3,
      firstAs: 7,
    });
    const early = await Promise.race([first, asked.then(() => undefined)]);
    const outcome = await asked;
    assert.ok(early?.outcome === 'done' && outcome.outcome === 'done');
    assert.deepEqual(outcome.drafts.slice(0, 1), early.drafts);
    assert.equal(outcome.drafts[0]?.text, 'left + right;');
    assert.ok(outcome.drafts.length > 1);
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

  it('learns the files of a workspace beside other work, and keeps what it learnt for the next start', () =>
    inTemporaryFolder(async (folder) => {
      const line = 'export const area = (shape: Shape) => shape.width * shape.height;\n';
      const files = await Promise.all(
        ['a.ts', 'b.ts'].map(async (name) => {
          await writeFile(join(folder, name), line.repeat(200));
          return pathToFileURL(join(folder, name)).href;
        }),
      );
      const storagePath = join(folder, 'storage');
      for (let again = 0; again < 2; again++) {
        await start({ storagePath });
        const learnt = new Promise<string>((resolve) => {
          connection.onNotification(methods.log, ({ text }: LogMessage) => {
            if (text.startsWith('learnt')) resolve(text);
          });
        });
        await connection.sendNotification(methods.workspace, { name: 'ts', files: [...files, 'file:///gone.ts'] });
        const asked = ask(requestFor(long));
        assert.match(await learnt, /^learnt 2 of 3 files/);
        assert.equal((await asked).outcome, 'done');
        const outcome = await ask(requestFor('export const area = (shape: Shape) ‸\n'));
        assert.ok(outcome.outcome === 'done');
        assert.ok(outcome.counters.proposals.suffix!.accepted > 0);
      }
      assert.equal((await readdir(storagePath)).filter((name) => name.endsWith('.tokens')).length, 1);
    }));

  it('keeps what it has learnt when it is asked to, behind what it is at work on', () =>
    inTemporaryFolder(async (folder) => {
      const storagePath = join(folder, 'storage');
      await start({ storagePath });
      // a first start has kept it already
      await rm(join(storagePath, 'guesses'), { force: true });
      const asked = ask(requestFor(long));
      await connection.sendRequest(methods.keep);
      assert.ok((await readdir(storagePath)).includes('guesses'));
      assert.equal((await asked).outcome, 'done');
    }));

  it('answers ahead of need when nothing else is asked, and drops that for anything else', async () => {
    await start();
    // behind new lines, each time others, so that there is more to compute than one pass
    const next = (name: string) => {
      const lines = `${name};\n${`const ${name} = second(${name}, first);\n`.repeat(12)}`;
      return requestFor(long.replace('‸\n', `${lines}const next = ‸\n`), { ahead: true });
    };
    const outcomes = async (...asked: Promise<Outcome>[]) => (await Promise.all(asked)).map(({ outcome }) => outcome);
    assert.deepEqual(await outcomes(ask(requestFor(long)), ask(next('one'))), ['done', 'done']);
    const typed = requestFor(long.replace('‸', '‸;'));
    assert.deepEqual(await outcomes(ask(next('two')), ask(typed)), ['cancelled', 'done']);
    const other = requestFor(long.replace('total', 'sum'));
    assert.deepEqual(await outcomes(ask(other), ask(next('three')), ask(typed)), ['cancelled', 'cancelled', 'done']);
  });

  it('says what is wrong with a model, and can be started again', async () => {
    await assert.rejects(start({ modelPath: `${embeddedModelPath}/none.gguf` }), /none\.gguf does not exist/);
    assert.deepEqual(await ask(requestFor('a‸')), { outcome: 'failed', reason: 'the engine was not started' });
    await assert.rejects(start({ protocolVersion: 0 }), /reload the window/);
    await assert.rejects(start({ memoryMiB: 100 }), /palimpsest-135m needs about \d{3} MiB .* 100 MiB are allowed: /);
    await start({ memoryMiB: 2000 });
    await start();
    assert.equal((await ask(requestFor('const a = ‸\n'))).outcome, 'done');
  });

  it('asks the editor for the names at its cursor where no server of its own knows the language', async () => {
    await start();
    const asked: NamesQuestion[] = [];
    const names = ['radius', 'getRadius'].map((text) => ({ text, kind: 2 }));
    connection.onRequest(methods.names, (question: NamesQuestion): EditorNames => {
      asked.push(question);
      return { names, isComplete: true };
    });
    const cursor = { uri: 'file:///work/Area.java', version: 3, line: 2, character: 24 };
    const source = 'class Area {\n  double of(Circle shape) {\n    double area = shape.‸\n    return area;\n  }\n}\n';
    const document = { ...cursor, folders: ['file:///work'], isTrusted: false };
    const path = 'Area.java';
    const outcome = await ask(requestFor(source, { path, language: 'java', document, monitorMs: 5000 }));
    assert.deepEqual(asked, [{ ...cursor, typed: 0 }]);
    assert.ok(outcome.outcome === 'done');
    assert.equal(outcome.monitor, 'on');
    assert.match(outcome.drafts[0]?.text ?? '', /^(radius|getRadius)\b/);
  });

  it('finds the import of what was accepted', async () => {
    await start();
    await inTemporaryFolder(async (folder) => {
      await writeFile(join(folder, 'tsconfig.json'), '{ "compilerOptions": { "types": [] } }');
      await writeFile(join(folder, 'circle.ts'), 'export class Circle {}\n');
      const [uri, root] = [join(folder, 'draw.ts'), folder].map((path) => pathToFileURL(path).href);
      const question: ImportsQuestion = {
        document: { uri: uri!, folders: [root!], isTrusted: false },
        language: 'typescript',
        before: '// Draws.\nexport const circle = ',
        accepted: 'new Circle();',
        after: '\n',
      };
      const imports = () => connection.sendRequest<readonly TextChange[]>(methods.imports, question);
      // A server that is just starting may take longer than a user is to be surprised after.
      let changes = await imports();
      for (let more = 0; changes.length === 0 && more < 10; more++) changes = await imports();
      assert.equal(changes.length, 1);
      assert.match(changes[0]?.text ?? '', /^import { Circle } from "\.\/circle";/);
    });
  });

  it('goes when its parent goes', async () => {
    await start();
    const gone = once(child, 'exit');
    child.disconnect();
    await gone;
  });
});
