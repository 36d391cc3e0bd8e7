// Proposals change how many passes a completion takes, and nothing else.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Trace } from '../../../src/base/trace.ts';
import { PassCost } from '../../../src/draft/passCost.ts';
import { complete } from '../../../src/engine/complete.ts';
import type { Session } from '../../../src/engine/session.ts';
import { Speculation } from '../../../src/engine/speculation.ts';
import type { CompletionRequest, Outcome } from '../../../src/protocol/messages.ts';
import { CheapRows } from '../../support/cheapRows.ts';
import { ask, requestFor, scriptedSession } from '../../support/check.ts';
import { embeddedSession } from '../../support/embeddedSession.ts';
import { embeddedTokenizer } from '../../support/embeddedTokenizer.ts';
import { type Script, says } from '../../support/scriptedModel.ts';

const loop = '\n  for (const item of items) {\n    total += item.price * item.count;\n  }\n  return total;';
const source = (body: string): string =>
  `function one(items: Item[]) {${body}\n}\n\nfunction two(items: Item[]) {‸\n}\n`;

async function done(
  session: Session,
  request: CompletionRequest,
  trace?: Trace,
): Promise<Extract<Outcome, { outcome: 'done' }>> {
  const { signal } = new AbortController();
  const outcome = await complete(session, request, { signal, ...(trace && { trace }) });
  assert.ok(outcome.outcome === 'done', JSON.stringify(outcome));
  return outcome;
}

/** A session on a scripted model that knows the request's document and asks about so many tokens at a place. */
async function knowing(script: Script, { path, prefix, suffix }: CompletionRequest, width = 1): Promise<Session> {
  const { session } = await scriptedSession(script);
  const { config } = session.model;
  session.speculation = new Speculation(session.tokenizer, config.vocabulary, new CheapRows(), width);
  await session.speculation.learnDocument({ key: path, before: prefix, after: suffix });
  return session;
}

/** Everything of an outcome that a user could notice. */
/** But for what vouches for drafts, which is a matter of what was seen by then. */
const shownBy = ({ drafts, counters }: Extract<Outcome, { outcome: 'done' }>) => ({
  drafts: drafts.map(({ vouchers: _, ...draft }) => draft),
  emitted: counters.emitted,
  interventions: counters.interventions,
});

/** Tokens that the last pass over the prompt led to. */
const firstTokens = ({ counters }: Extract<Outcome, { outcome: 'done' }>): number =>
  counters.emitted - counters.accepted.reduce((sum, tokens) => sum + tokens, 0);

/** The cost of passes on a machine on which each row costs as much as the first. */
class DearRows extends PassCost {
  override learn(): void {}
  override of(rows: number): number {
    return rows;
  }
}

describe('speculation', () => {
  it('says the same in fewer passes where the document has it already', async () => {
    const request = requestFor(source(loop), { multiline: 'block' });
    const session = await knowing(says({ 'two(items: Item[]) {': `${loop}\n` }), request);
    const plain = await done(session, { ...request, speculate: false });
    const quick = await done(session, request);
    assert.deepEqual(shownBy(quick), shownBy(plain));
    assert.equal(plain.drafts[0]?.text, loop);
    assert.equal(plain.counters.rows, plain.counters.passes);
    assert.ok(
      quick.counters.passes < plain.counters.passes / 2,
      `${quick.counters.passes} of ${plain.counters.passes}`,
    );
    assert.equal(quick.counters.accepted.length, quick.counters.passes);
    const { proposed, accepted } = quick.counters.proposals.suffix!;
    assert.ok(proposed >= accepted && accepted > 10);
    assert.equal(
      quick.counters.rows,
      quick.counters.passes + proposed + (quick.counters.proposals.recycled?.proposed ?? 0),
    );
  });

  it('asks about several ways to go on where rows beside each other are what they are alone', async () => {
    const first = 'area = compute(box.width);';
    const second = 'area = measure(box.height);';
    const request = requestFor(`const ${first}\nconst ${second}\nconst ${first}\nuse(box);\nconst ‸\n`, {
      multiline: 'line',
    });
    for (const said of [first, second]) {
      const script = says({ 'use(box);\nconst': ` ${said}\n` });
      const plain = await done(await knowing(script, request), { ...request, speculate: false });
      const chain = await done(await knowing(script, request), request);
      const trace = new Trace('complete');
      const tree = await done(await knowing(script, request, 4), request, trace);
      assert.equal(plain.drafts[0]?.text, said);
      assert.deepEqual(shownBy(tree), shownBy(plain));
      assert.deepEqual(shownBy(chain), shownBy(plain));
      assert.ok(tree.counters.passes <= chain.counters.passes);
      const [right, wrong] = said === first ? ['compute', 'measure'] : ['measure', 'compute'];
      assert.match(String(trace), new RegExp(`✓ " =" [\\d.]+ suffix.*✓ " ${right}".*|or behind " =": ✓ " ${right}"`));
      assert.match(String(trace), new RegExp(`✗ " ${wrong}"`));
      if (said === second) assert.ok(tree.counters.passes < chain.counters.passes, JSON.stringify(tree.counters));
    }
  });

  for (const width of [1, 4])
    it(`says the same whatever is proposed, ${width} at a place`, async () => {
      const words = fc.constantFrom('a', ' b', '(', ')', '.c', ' = ', '1', ';', '\n  ', 'if (', ' {', '}', '"x"');
      const text = fc.array(words, { maxLength: 12 }).map((parts) => parts.join(''));
      await fc.assert(
        fc.asyncProperty(text, text, text, async (before, said, other) => {
          const request = requestFor(source(`${before}${other}${said}`), { multiline: 'block' });
          const script = says({ 'two(items: Item[]) {': [`\n  ${said}\n`, `\n  ${other}\n`] });
          const session = await knowing(script, request, width);
          const plain = await done(session, { ...request, speculate: false });
          assert.deepEqual(shownBy(await done(session, request)), shownBy(plain));
          assert.deepEqual(shownBy(await done(session, request)), shownBy(plain));
        }),
        { numRuns: 40 / width },
      );
    });

  it('proposes what was just deleted', async () => {
    const before = 'export const area = box.width * box.height;\nexport const ';
    const deleted = 'margin = outer.left - inner.right;';
    const request = requestFor(`${before}‸\n`, { multiline: 'line' });
    const { key } = { key: request.path };
    const script = says({ 'export const ': `${deleted}\n` });
    const { session: other } = await scriptedSession(script);
    other.speculation = new Speculation(other.tokenizer, other.model.config.vocabulary, new CheapRows());
    await other.speculation.learnDocument({ key, before: before + deleted, after: '\n' });
    await other.speculation.learnDocument({ key, before, after: '\n' });
    const { drafts, counters } = await done(other, request);
    assert.equal(drafts[0]?.text, deleted);
    assert.ok(counters.proposals.suffix!.accepted > 4, JSON.stringify(counters.proposals));
  });

  it('asks about the first tokens in the last pass over the prompt', async () => {
    const before = 'use(box);\nconst area = compute(box.width, box.height);\nconst';
    const said = ' area = compute(box.width, box.height);';
    for (const typed of [' ', ' a', ' area', ' area = comp', ' area = compute(']) {
      const request = requestFor(`${before}${typed}‸\n`, { multiline: 'line' });
      const session = await knowing(says({ [before]: `${said}\n` }), request);
      const plain = await done(session, { ...request, speculate: false });
      session.runner.rewind(0);
      const quick = await done(session, request);
      assert.deepEqual(shownBy(quick), shownBy(plain));
      assert.equal(quick.drafts[0]?.text, said.slice(typed.length));
      assert.ok(firstTokens(plain) === 1 && firstTokens(quick) > 4, `${typed}: ${firstTokens(quick)}`);
    }
  });

  it('asks about nothing behind the prompt where rows are dear, or no second token may be said', async () => {
    const request = requestFor('use(box);\nconst area = box.width;\nconst a‸\n', { multiline: 'line' });
    const session = await knowing(says({ '\nconst ': 'area = box.width;\n' }), request);
    assert.equal(firstTokens(await done(session, { ...request, maxTokens: 1 })), 1);
    session.speculation = new Speculation(session.tokenizer, session.model.config.vocabulary, new DearRows());
    await session.speculation.learnDocument({ key: request.path, before: request.prefix, after: request.suffix });
    const { counters } = await done(session, request);
    assert.equal(counters.rows, counters.passes);
  });

  it('draws the same tokens whatever is proposed', async () => {
    const before = 'use(box);\nconst area = compute(box.width, box.height);\nconst a';
    const request = requestFor(`${before}‸\n`, { multiline: 'line' });
    const script = says({ '\nconst ': ['area = compute(box.width, box.height);\n', 'all = [];\n', 'angle = 1;\n'] });
    const session = await knowing(script, request);
    for (let seed = 0; seed < 20; seed++) {
      const drawn = { ...request, sampling: { temperature: 3, seed } };
      const plain = await done(session, { ...drawn, speculate: false });
      session.runner.rewind(0);
      assert.deepEqual(shownBy(await done(session, drawn)), shownBy(plain));
    }
  });

  it('is cancelled in the last pass over the prompt as in any', async () => {
    const said = 'area = compute(box.width, box.height, box.depth, box.left, box.right);';
    const request = requestFor(`use(box);\nconst ${said}\nconst a‸\n`, { multiline: 'line' });
    const script = says({ '\nconst ': `${said}\n` });
    const { session, model } = await scriptedSession(script);
    session.speculation = new Speculation(session.tokenizer, session.model.config.vocabulary, new CheapRows());
    await session.speculation.learnDocument({ key: request.path, before: request.prefix, after: request.suffix });
    await done(session, { ...request, maxTokens: 1 });
    const controller = new AbortController();
    model.onPass = () => controller.abort();
    assert.deepEqual(await ask(session, request, controller.signal), { outcome: 'cancelled' });
    model.onPass = () => {};
    const again = await done(session, request);
    assert.equal(again.drafts[0]?.text, said.slice(1));
    assert.equal(again.counters.promptTokens - again.counters.reusedTokens, 1);
  });

  it('learns a document beside other work, the newest text alone', async () => {
    const speculation = new Speculation(await embeddedTokenizer(), 49152);
    const long = 'const value = compute(1);\n'.repeat(5000);
    await Promise.all([
      speculation.learnDocument({ key: 'older', before: long, after: long }),
      speculation.learnDocument({ key: 'newer', before: 'let a = 1;\n', after: '' }),
    ]);
    assert.equal(speculation.knows('older'), false);
    assert.equal(speculation.knows('newer'), true);
  });
});

describe('speculation with the embedded model', function () {
  this.timeout(120_000);
  let session: Session;

  before(async () => {
    session = await embeddedSession();
  });
  after(() => session.runner.close());

  for (const grammar of [true, false])
    it(`is exact ${grammar ? 'with' : 'without'} a grammar`, async () => {
      const body = `\n  let total = 0;${loop}`;
      const sources = [
        source(body),
        `${source(body).replace('‸', body)}\nfunction three(things: Item[]) {‸\n}\n`,
        'export class Shape {\n  constructor(readonly width: number, readonly height: number) {}\n\n  area() {\n    ‸\n  }\n}\n',
        'const names = ["a", "b"];\nfor (const name of na‸) {\n  console.log(name);\n}\n',
      ];
      for (const each of sources) {
        const request = requestFor(each, { multiline: 'block', maxTokens: 64, grammar });
        const plain = await done(session, { ...request, speculate: false });
        for (let again = 0; again < 2; again++) {
          const quick = await done(session, request);
          assert.deepEqual(shownBy(quick), shownBy(plain));
          assert.ok(quick.counters.passes <= plain.counters.passes);
        }
      }
    });
});
