import assert from 'node:assert/strict';
import { diagnosticsText, withoutPaths } from '../../../src/extension/diagnostics.ts';

describe('diagnostics', () => {
  it('name no place on the machine', () => {
    const lines: readonly (readonly [string, string])[] = [
      ['no model at /home/ann/secret/model.gguf', 'no model at ‹path›'],
      ['read "C:\\Users\\ann\\a.ts", then', 'read "‹path›", then'],
      ['file:///home/ann/a%20b.ts was dropped', '‹path› was dropped'],
      ['vscode-remote://ssh+host/home/a is (/tmp/x)', '‹path› is (‹path›)'],
      ['~/code/a.ts:3', '‹path›'],
      ['12 of 40 files in 30 ms, 3/4 kept', '12 of 40 files in 30 ms, 3/4 kept'],
    ];
    for (const [line, expected] of lines) assert.equal(withoutPaths(line), expected);
  });

  it('have what a bug report needs, and of lists their size alone', () => {
    const text = diagnosticsText({
      versions: { palimpsest: '0.1.0' },
      engine: { kind: 'failed', reason: 'no model at /home/ann/model.gguf' },
      settings: [
        ['model', '/home/ann/model.gguf'],
        ['drafts', 5],
        ['exclude', { '**/clients/acme/**': true }],
      ],
      session: { shown: 3, accepted: 1, fromMemory: 0, followed: 0, prepared: 0 },
      usage: { sinceMs: 1, shown: 9, accepted: 2, partly: 1, looked: 2, kept: 1, characters: 40, latenciesMs: [1, 2] },
      log: ['info: engine ready', 'warning: /home/ann/x is gone'],
    });
    assert.doesNotMatch(text, /ann|acme/);
    for (const line of [
      'palimpsest: 0.1.0',
      'failed: no model at ‹path›',
      'drafts: 5',
      'exclude: 1 entries',
      'shown: 3',
    ])
      assert.ok(text.split('\n').includes(line), line);
    assert.match(text, /answers timed: 2\n/);
  });
});
