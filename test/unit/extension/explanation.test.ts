import assert from 'node:assert/strict';
import { type ExplainedAnswer, explanationText } from '../../../src/extension/explanation.ts';
import type { Translate } from '../../../src/extension/silence.ts';
import type { Draft } from '../../../src/protocol/messages.ts';

const plain: Translate = (message, ...args) => message.replace(/\{(\d)\}/g, (_, index) => `${args[Number(index)]}`);

const draft: Draft = {
  text: 'secret();',
  replaces: 0,
  logProb: Math.log(0.25),
  logLegalMass: 0,
  tokens: 4,
  verified: true,
  vouchers: ['syntax', 'names'],
};

const answer: ExplainedAnswer = {
  latencyMs: 120.4,
  outcome: {
    outcome: 'done',
    drafts: [draft, { ...draft, logProb: -9, vouchers: [] }],
    grammar: 'anchored',
    monitor: 'on',
    timings: { queueMs: 1, contextMs: 2, prefillMs: 30, firstDraftMs: 110, totalMs: 260 },
    counters: {
      promptTokens: 1000,
      reusedTokens: 998,
      passes: 5,
      rows: 9,
      emitted: 12,
      accepted: [3, 3],
      proposals: { suffix: { proposed: 6, accepted: 3 }, forced: { proposed: 2, accepted: 2 } },
      proposeMs: 1,
      constraintChecks: 44,
      constraintMs: 1,
      interventions: 2,
      monitorQueries: 1,
      monitorMs: 7,
      monitorHits: 1,
      monitorReleased: 0,
    },
  },
};

describe('the explanation of a suggestion', () => {
  const info = {
    protocolVersion: 7,
    model: 'palimpsest-135m',
    device: 'cpu',
    threads: 2,
    contextTokens: 2048,
    loadMs: 1,
    residentBytes: 1,
  } as const;

  it('says what computed it, in what time, held to what', () => {
    const text = explanationText(answer, info, plain);
    for (const said of [
      /model +palimpsest-135m/,
      /device +CPU, 2 threads/,
      /first draft +120 ms after the question/,
      /all drafts +260 ms/,
      /prompt +1000 tokens, 998 of them in memory/,
      /12 tokens in 5 passes; 5 of 8 proposed tokens came true/,
      /grammar +read from the statement behind some damage/,
      /44 tokens checked, 2 times/,
      /names +held to what the project has/,
      /drafts +2/,
      /1 +25 % probable, 4 tokens; follows the grammar; names checked by the language server/,
      /2 +<1 % probable, 4 tokens\n/,
    ])
      assert.match(text, said);
  });

  it('holds nothing of the document, and does without an engine', () => {
    assert.doesNotMatch(explanationText(answer, info, plain), /secret/);
    assert.match(explanationText(answer, undefined, plain), /has ended since/);
  });
});
