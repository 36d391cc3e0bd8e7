// Drawn completions: a draw is a function of its seed, so neither proposals nor facts that come late change it, and its texts are as
// frequent as the model and the grammar make them.
import assert from 'node:assert/strict';
import type { Session } from '../../../src/engine/session.ts';
import { Speculation } from '../../../src/engine/speculation.ts';
import type { CompletionRequest, Draft, Outcome } from '../../../src/protocol/messages.ts';
import { CheapRows } from '../../support/cheapRows.ts';
import { ask, requestFor, scriptedSession } from '../../support/check.ts';
import { assertSample } from '../../support/chiSquare.ts';
import { seededRandom } from '../../support/random.ts';
import { type Script, says } from '../../support/scriptedModel.ts';
import { scriptedOracle, somewhere } from '../../support/scriptedOracle.ts';
import { masked, softmax } from '../../support/toyDistribution.ts';

type Done = Extract<Outcome, { outcome: 'done' }>;

async function done(session: Session, request: CompletionRequest): Promise<Done> {
  const outcome = await ask(session, request);
  assert.ok(outcome.outcome === 'done', JSON.stringify(outcome));
  return outcome;
}

const words = [' a', ' b', '(', ')', '.c', ' = ', '1', ';', '\n  ', ' + ', ', ', '[', ']', ' "x"'];

/** Says a few words that depend on the end of the text, one as probable as another nearly. */
const babble: Script = (text) => {
  let hash = 7;
  for (const character of text.slice(-6)) hash = (Math.imul(hash, 31) + character.charCodeAt(0)) >>> 0;
  const random = seededRandom(hash);
  return Array.from({ length: 4 }, () => words[random.below(words.length)]!);
};

const source = 'function two(items: Item[]) {\n  first( a, b);\n  let c = 1 + a.c(b);\n  ‸\n}\n';
const babbled = requestFor(source, { multiline: 'block', maxTokens: 14 });

/** What of an outcome depends on the draw. */
const drawn = ({ drafts, counters }: Done) => ({ drafts, emitted: counters.emitted });

describe('a drawn completion', function () {
  this.timeout(60_000);

  it('is the same with proposals and without, and when it is drawn again', async () => {
    const { session: plain } = await scriptedSession(babble);
    const { session: quick } = await scriptedSession(babble);
    quick.speculation = new Speculation(quick.tokenizer, quick.model.config.vocabulary, new CheapRows());
    const texts = new Set<string | undefined>();
    let proposed = 0;
    let accepted = 0;
    let touched = 0;
    for (let seed = 0; seed < 20; seed++) {
      const request = { ...babbled, sampling: { temperature: 1.5, repetitionPenalty: 1.05, seed } };
      const expected = await done(plain, { ...request, speculate: false });
      for (let again = 0; again < 2; again++) {
        const outcome = await done(quick, request);
        assert.deepEqual(drawn(outcome), drawn(expected));
        for (const count of Object.values(outcome.counters.proposals)) {
          proposed += count.proposed;
          accepted += count.accepted;
        }
      }
      touched += expected.counters.interventions;
      texts.add(expected.drafts[0]?.text);
    }
    assert.ok(proposed > accepted && accepted > 60, `${accepted} of ${proposed} proposals came true`);
    assert.ok(touched > 10, 'the grammar had a say');
    assert.ok(texts.size > 12, `${texts.size} texts`);
  });

  it('at temperature 0 is the one of the most probable tokens', async () => {
    const { session } = await scriptedSession(babble);
    for (const start of ['a', 'b', 'first', '1', 'items']) {
      const request = requestFor(source.replace('‸', `${start}‸`), { multiline: 'block', maxTokens: 14 });
      const { drafts, counters } = await done(session, request);
      const outcome = await done(session, { ...request, sampling: { temperature: 0, seed: 1 } });
      const said = ({ logLegalMass, ...draft }: Draft): Omit<Draft, 'logLegalMass'> => {
        assert.ok(logLegalMass <= 0);
        return draft;
      };
      assert.deepEqual(outcome.drafts.map(said), drafts.map(said));
      assert.equal(outcome.counters.interventions, counters.interventions);
    }
  });

  it('is the one that facts lead to, whenever they come', async () => {
    const names = { 'shape.': ['area', 'perimeter', 'kind'] };
    const script = says({ return: ['width', 'area', 'perimeter', 'kind'].map((name) => ` shape.${name};\n`) });
    const request = requestFor('function f(shape: Shape) {\n  return ‸\n}\n', { document: somewhere, monitorMs: 2000 });
    const sessionWith = async (delayMs: number): Promise<Session> =>
      (await scriptedSession(script, scriptedOracle({ names, delay: () => delayMs }))).session;
    const [early, late] = [await sessionWith(0), await sessionWith(30)];
    const texts = new Set<string | undefined>();
    for (let seed = 0; seed < 12; seed++) {
      const sampled = { ...request, sampling: { temperature: 1.5, minP: 0.02, seed } };
      const expected = await done(early, sampled);
      assert.deepEqual(drawn(await done(late, sampled)), drawn(expected));
      const text = expected.drafts[0]?.text;
      assert.ok(text === undefined || !text.includes('width'), text);
      texts.add(text);
    }
    assert.ok(texts.size >= 3, [...texts].join(' '));
  });

  it('is as frequent as it is probable among those that are legal, and says how much is', async () => {
    // the same in every text is what was typed; then comes the one choice
    const request = requestFor('const x =‸\n');
    const outcomes = async (values: readonly string[]): Promise<readonly Draft[]> => {
      const { session } = await scriptedSession(says({ 'const x': values.map((value) => ` = ${value};\n`) }));
      const drafts: Draft[] = [];
      for (let seed = 0; seed < 150; seed++) {
        const outcome = await done(session, { ...request, sampling: { temperature: 1, minP: 0.05, seed } });
        drafts.push(outcome.drafts[0]!);
      }
      return drafts;
    };
    const probabilities = softmax([2, 1, 0]);
    const all = await outcomes(['a', 'b', 'c']);
    const count = (drafts: readonly Draft[], value: string): number =>
      drafts.filter(({ text }) => text === ` ${value};`).length;
    assertSample(
      ['a', 'b', 'c'].map((value) => count(all, value)),
      probabilities,
    );
    const some = await outcomes(['a', ')', 'c']);
    assertSample(
      ['a', ')', 'c'].map((value) => count(some, value)),
      masked(probabilities, (value) => value !== 1),
    );
    const mean = (drafts: readonly Draft[]): number =>
      drafts.reduce((sum, { logLegalMass }) => sum + Math.exp(logLegalMass), 0) / drafts.length;
    const share = mean(some) / mean(all);
    assert.ok(Math.abs(share - (1 - probabilities[1]!)) < 0.05, `${share} is legal`);
  });
});
