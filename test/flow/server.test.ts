// The engine as a process, spoken to as the extension does.
import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import {
  CancellationTokenSource,
  createMessageConnection,
  type MessageConnection,
  ProgressType,
  SocketMessageReader,
  SocketMessageWriter,
} from 'vscode-jsonrpc/node';
import { type EngineLink, meetEngine } from '../../src/extension/meetEngine.ts';
import { engineEnvironment } from '../../src/extension/runtime.ts';
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
import { isRunning } from '../support/isRunning.ts';
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

interface Window {
  readonly connection: MessageConnection;
  readonly link: EngineLink;
  start(changes?: Partial<EngineOptions>): Promise<EngineInfo>;
  ask(request: CompletionRequest, source?: CancellationTokenSource): Promise<Outcome>;
}

describe('the engine process', () => {
  let meetingsPath: string;
  let windows: Window[] = [];
  let connection: MessageConnection;
  let start: Window['start'];
  let ask: Window['ask'];

  /** A window; all of a test share an engine. */
  async function open(): Promise<Window> {
    const place = {
      enginePath: await built('engine.js'),
      program: process.execPath,
      environment: engineEnvironment(process.env),
      meetingsPath,
    };
    const link = await meetEngine(place, options);
    const { socket } = link;
    const mine = createMessageConnection(new SocketMessageReader(socket), new SocketMessageWriter(socket));
    mine.listen();
    socket.resume();
    const window: Window = {
      connection: mine,
      link,
      start: (changes = {}) => mine.sendRequest(methods.start, { ...options, ...changes }),
      ask: (request, source = new CancellationTokenSource()) =>
        mine.sendRequest(methods.complete, request, source.token),
    };
    windows.push(window);
    return window;
  }

  function leave({ link, connection: mine }: Window): void {
    mine.dispose();
    link.socket.destroy();
  }

  beforeEach(async () => {
    meetingsPath = await mkdtemp(join(tmpdir(), 'palimpsest-meetings-'));
    ({ connection, start, ask } = await open());
  });
  afterEach(async () => {
    const { processId } = windows[0]!.link;
    for (const window of windows) leave(window);
    windows = [];
    if (isRunning(processId)) process.kill(processId, 'SIGKILL');
    await rm(meetingsPath, { recursive: true, force: true });
  });

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

  it('keeps what it has learnt of a workspace when its window goes', () =>
    inTemporaryFolder(async (folder) => {
      const storagePath = join(folder, 'storage');
      await start({ storagePath });
      const asked = ask(requestFor(long));
      await sleep(30);
      leave(windows[0]!);
      await assert.rejects(asked);
      while (!(await readdir(storagePath).catch(() => [] as string[])).includes('guesses')) await sleep(20);
    }));

  it('answers ahead of need when nothing else is asked, and drops that for anything else', async () => {
    await start();
    // behind new lines, each time others, so that there is more to compute than one pass
    const behindLines = (name: string) => {
      const lines = `${name};\n${`const ${name} = second(${name}, first);\n`.repeat(12)}`;
      return requestFor(long.replace('‸\n', `${lines}const next = ‸\n`));
    };
    const next = (name: string) => ({ ...behindLines(name), ahead: true });
    const outcomes = async (...asked: Promise<Outcome>[]) => (await Promise.all(asked)).map(({ outcome }) => outcome);
    assert.deepEqual(await outcomes(ask(requestFor(long)), ask(next('one'))), ['done', 'done']);
    const typed = requestFor(long.replace('‸', '‸;'));
    assert.deepEqual(await outcomes(ask(next('two')), ask(typed)), ['cancelled', 'done']);
    assert.deepEqual(await outcomes(ask(behindLines('other')), ask(next('three')), ask(typed)), [
      'cancelled',
      'cancelled',
      'done',
    ]);
  });

  it('reads ahead when nothing else is asked, and stops for anything else', async () => {
    await start();
    const read = (request: CompletionRequest): Promise<number> => connection.sendRequest(methods.read, request);
    const elsewhere = (name: string) => requestFor(long.replaceAll('value', name).replace('‸', '‸;'));
    const whole = await read(elsewhere('one'));
    const outcome = await ask(elsewhere('one'));
    assert.ok(outcome.outcome === 'done');
    const { promptTokens, reusedTokens } = outcome.counters;
    assert.ok(whole > 400, `${whole}`);
    assert.ok(promptTokens - reusedTokens <= 2, `${promptTokens - reusedTokens} tokens were left to read`);
    const [part, answer] = await Promise.all([read(elsewhere('two')), ask(elsewhere('three'))]);
    assert.ok(part < whole / 2, `${part} of ${whole}`);
    assert.equal(answer.outcome, 'done');
  });

  it('says what is wrong with a model, and can be started again', async () => {
    await assert.rejects(start({ modelPath: `${embeddedModelPath}/none.gguf` }), /none\.gguf does not exist/);
    assert.deepEqual(await ask(requestFor('a‸')), { outcome: 'failed', reason: 'the engine was not started' });
    await assert.rejects(start({ protocolVersion: 0 }), /reload the window/);
    await assert.rejects(start({ memoryMiB: 100 }), /palimpsest-135m needs about \d{3} MiB .* 100 MiB are allowed: /);
    await start();
    await assert.rejects(start({ memoryMiB: 2000 }), /another model: reload the window/);
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

  it('loads a model once for all windows, and computes for one after another', async () => {
    const other = await open();
    assert.equal(other.link.processId, windows[0]!.link.processId);
    const infos = await Promise.all([start(), other.start()]);
    assert.deepEqual(
      infos.map(({ model }) => model),
      ['palimpsest-135m', 'palimpsest-135m'],
    );
    const sum = requestFor('function sum(left: number, right: number) {\n  return ‸\n}\n');
    const outcomes = await Promise.all([ask(requestFor(long)), other.ask(sum), ask(requestFor(`${long}// other`))]);
    assert.deepEqual(
      outcomes.map(({ outcome }) => outcome),
      ['cancelled', 'done', 'done'],
    );
    assert.equal(outcomes[1].outcome === 'done' && outcomes[1].drafts[0]?.text, 'left + right;');
  });

  it('drops what it does for a window that goes, and goes with the last', async () => {
    const other = await open();
    await Promise.all([start(), other.start()]);
    const lost = ask({ ...requestFor(long), drafts: 10 });
    await sleep(20);
    leave(windows[0]!);
    await assert.rejects(lost);
    assert.equal((await other.ask(requestFor('const a = ‸\n'))).outcome, 'done');
    leave(other);
    while (isRunning(other.link.processId)) await sleep(50);
  });
});
