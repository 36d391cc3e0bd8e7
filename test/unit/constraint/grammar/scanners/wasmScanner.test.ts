import assert from 'node:assert/strict';
import type { Verdict } from '../../../../../src/constraint/grammar/scanner.ts';
import { ecmascriptScanner } from '../../../../../src/constraint/grammar/scanners/ecmascript.ts';
import { scannerFor } from '../../../../../src/constraint/grammar/scanners/scannerFor.ts';
import { wasmScanner } from '../../../../../src/constraint/grammar/scanners/wasmScanner.ts';
import { seededRandom } from '../../../../support/random.ts';
import { shippedGrammar } from './agreement.ts';

const withScanner = ['bash', 'c_sharp', 'cpp', 'css', 'html', 'php', 'ruby', 'rust'];
const withoutScanner = ['c', 'go', 'java', 'json'];

describe('wasmScanner', () => {
  const request = { start: 0, ended: false, state: '', resume: undefined, strict: false };

  it('finds a token, finds none, and waits where the text ends too soon', async () => {
    const scanner = wasmScanner(await shippedGrammar('rust'));
    const [stringContent, rawStart, rawContent] = [1 << 0, 1 << 1, 1 << 2];
    const scan = (text: string, valid: number, state = '', ended = false) =>
      scanner.scan({ ...request, text, valid, state, ended });
    const start = scan('r#"a"#', rawStart);
    assert.deepEqual(start, { kind: 'found', token: 1, end: 3, state: '\x01' });
    const waiting: Verdict = { kind: 'pending', mayFind: rawContent, mayFail: true, resume: undefined };
    assert.deepEqual(scan('a" b', rawContent, '\x01'), waiting);
    assert.deepEqual(scan('a" b"#;', rawContent, '\x01'), { kind: 'found', token: 2, end: 4, state: '\x01' });
    assert.equal(scan('a" b', rawContent, '\x01', true), 'none');
    assert.equal(scan('xy', rawStart), 'none');
    assert.deepEqual(scan('', stringContent), { ...waiting, mayFind: stringContent });
  });

  it('knows the column of a place in a line', async () => {
    const scanner = wasmScanner(await shippedGrammar('bash'));
    const text = '<<END\nnot END\nEND\n';
    const [start, body, arrow] = [0, 1, 23];
    let [at, state] = [0, scanner.initial];
    for (const [token, lexeme] of [
      [arrow, '<<'],
      [start, 'END'],
      [body, '\nnot END\n'],
    ] as const) {
      const verdict = scanner.scan({ ...request, text, start: at, valid: 1 << token, state });
      assert.ok(typeof verdict === 'object' && verdict.kind === 'found', lexeme);
      assert.equal(text.slice(at, verdict.end), lexeme);
      ({ end: at, state } = verdict);
    }
  });

  it('answers the same after requests that break the scanner', async () => {
    for (const name of withScanner) {
      const module = await shippedGrammar(name);
      const scanner = wasmScanner(module);
      const random = seededRandom(7);
      const valid = 2 ** module.language.externalTokenCount - 1;
      const good = { ...request, text: ' "a" <b>\n', valid, ended: true };
      const before = scanner.scan(good);
      for (let i = 0; i < 300; i++) {
        const junk = () => String.fromCharCode(...Array.from({ length: random.below(40) }, () => random.below(256)));
        scanner.scan({ ...request, text: junk(), valid, state: junk(), ended: random.below(2) === 0 });
      }
      assert.deepEqual(scanner.scan(good), before, name);
    }
  });
});

describe('scannerFor', () => {
  it('takes a port without loading the grammar, its wasm where there is no port, nothing where it has no scanner', async () => {
    const neverLoaded = () => assert.fail('loaded');
    for (const name of ['javascript', 'typescript', 'tsx', 'python'])
      assert.ok(await scannerFor(name, neverLoaded), name);
    for (const name of withScanner) assert.ok(await scannerFor(name, () => shippedGrammar(name)), name);
    for (const name of withoutScanner)
      assert.equal(await scannerFor(name, () => shippedGrammar(name)), undefined, name);
    assert.equal(ecmascriptScanner('typescript').initial, '');
  });
});
