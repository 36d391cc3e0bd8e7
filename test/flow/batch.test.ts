// Two hundred items through the real model, among them everything that breaks a batch: each good one is answered.
import assert from 'node:assert/strict';
import { runCli } from '../support/built.ts';

interface Line {
  readonly id: unknown;
  readonly outcome: string;
  readonly reason?: string;
  readonly drafts?: readonly { readonly text: string }[];
}

const good = (id: string, prefix: string, suffix: string, more: object = {}): string =>
  JSON.stringify({ id, path: 'src/a.ts', language: 'typescript', prefix, suffix, maxTokens: 8, ...more });

describe('batch', () => {
  const line = 'export const value = compute(first, second);\n';
  const bad: Readonly<Record<string, string>> = {
    'a corrupt line': '{"id": "corrupt", "path": ',
    'an array': '[1, 2]',
    'no id': '{"path": "a.ts", "prefix": "", "suffix": ""}',
    'a prefix that is a number': '{"id": "number", "path": "a.ts", "prefix": 1, "suffix": ""}',
    'a reach that does not exist': good('reach', 'x', '', { multiline: 'page' }),
  };
  const special: readonly string[] = [
    good('empty file', '', ''),
    good('two megabytes', `${line.repeat(23_000)}const total = `, `\n${line.repeat(23_000)}`),
    good('one long line', `const data = "${'x'.repeat(200_000)}`, '"\n'),
    good('CRLF', 'function f() {\r\n  const a = 1;\r\n  return ', '\r\n}\r\n'),
    good('byte order mark', '\uFEFFconst a = ', '\n'),
    good('emoji', '// 👩‍👩‍👧 family 🎉\nconst emoji = ', '\n'),
    '{"id": "lone surrogates", "path": "a.ts", "prefix": "const a = \\"\\ud800", "suffix": "\\udc00\\n"}',
    good('blanks', ' '.repeat(5000), ' '.repeat(5000)),
    good('broken code', ')]} class { function ((', '}} }\n{{'),
    good('cancelled at once', 'const a = ', '\n', { cancelAfterMs: 0 }),
    good('cancelled in the middle', `${line.repeat(40)}const b = `, `\n${line.repeat(20)}`, { cancelAfterMs: 60 }),
  ];
  const ordinary = Array.from({ length: 200 - special.length - Object.keys(bad).length }, (_, i) =>
    good(
      `ordinary ${i}`,
      `function f${i % 7}(item: Item): number {\n  const total = item.price * item.`,
      '\n  return total;\n}\n',
    ),
  );

  it('survives whatever an item holds', async function () {
    this.timeout(240_000);
    const items = [...ordinary.slice(0, 90), ...special, ...Object.values(bad), ...ordinary.slice(90)];
    assert.equal(items.length, 200);
    const { code, stdout, stderr } = await runCli(['batch'], `${items.join('\n')}\n`);
    assert.equal(code, 0, stderr);
    const lines = stdout
      .trimEnd()
      .split('\n')
      .map((text) => JSON.parse(text) as Line);
    assert.equal(lines.length, 200);

    const failed = lines.filter(({ outcome }) => outcome === 'failed');
    assert.equal(failed.length, Object.keys(bad).length, JSON.stringify(failed));
    for (const { reason } of failed) assert.match(reason ?? '', /^line \d+: ./);
    const outcomes = new Map(lines.map(({ id, outcome }) => [id, outcome]));
    assert.equal(outcomes.get('cancelled at once'), 'cancelled');
    for (const text of [...ordinary, ...special]) {
      const { id } = JSON.parse(text) as Line;
      if (!String(id).startsWith('cancelled')) assert.equal(outcomes.get(id), 'done', String(id));
    }
    // a cancelled request leaves the cache valid: the same item gives the same text before and after
    const same = (i: number): string | undefined => lines.find(({ id }) => id === `ordinary ${i}`)?.drafts?.[0]?.text;
    const last = ordinary.length - 1;
    assert.ok(same(0));
    assert.equal(same(0), same(last - (last % 7)));
    assert.match(stderr, /5 of 200 items failed/);
  });
});
