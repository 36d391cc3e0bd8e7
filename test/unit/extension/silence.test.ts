import assert from 'node:assert/strict';
import type { EngineState } from '../../../src/extension/engineClient.ts';
import { explainSilence, type Silence, type SilenceFacts, type Translate } from '../../../src/extension/silence.ts';

const plain: Translate = (message, ...args) => message.replace(/\{(\d)\}/g, (_, index) => `${args[Number(index)]}`);
const calm: SilenceFacts = {
  engine: { kind: 'stopped' },
  isEnabled: true,
  lowBattery: undefined,
  reason: undefined,
  language: 'typescript',
  excludedBy: undefined,
  hasOneCursor: true,
  lastLatencyMs: undefined,
  last: { kind: 'empty' },
};
/** What is said, and what is offered behind an arrow. */
const said = (facts: Partial<SilenceFacts>): string => {
  const { message, remedy } = explainSilence({ ...calm, ...facts }, plain);
  return remedy === undefined ? message : `${message} → ${[remedy.command, remedy.argument ?? ''].join(' ').trim()}`;
};

describe('why there is no suggestion', () => {
  it('is what stands in the way now, first of all what no key changes', () => {
    const failed: EngineState = { kind: 'failed', reason: 'no model' };
    assert.match(said({ reason: 'excluded', excludedBy: '.env*', engine: failed }), /"\.env\*" .* palimpsest\.exclude/);
    assert.match(said({ reason: 'language', language: 'markdown' }), /off in markdown .* → palimpsest\.toggleLanguage/);
    assert.match(said({ reason: 'scheme' }), /no code of yours/);
    assert.match(said({ engine: failed, isEnabled: false }), /no model\. → palimpsest\.chooseModel/);
    assert.match(said({ engine: { kind: 'starting' } }), /starting/);
    assert.match(said({ engine: { kind: 'recovering', delayMs: 1 } }), /started again/);
    assert.match(said({ hasOneCursor: false }), /single cursor/);
  });

  it('is that the model was unsure, and how much', () => {
    const last: Silence = { kind: 'unsure', sureness: 0.00123, least: 0.02 };
    assert.match(said({ last }), /0\.12 % probable.* below 2 %.* → palimpsest\.trigger$/);
  });

  it('is that they are paused where nothing but typing asked for one', () => {
    assert.match(said({ isEnabled: false, last: { kind: 'paused' } }), /paused.* → palimpsest\.toggle$/);
    assert.match(said({ isEnabled: false, last: { kind: 'unasked' } }), /paused/);
    assert.match(said({ isEnabled: false, last: { kind: 'empty' } }), /nothing worth showing/);
    assert.match(said({ last: { kind: 'paused' } }), /on again/);
  });

  it('is that the battery is low, until it no longer is', () => {
    assert.match(said({ lowBattery: 12, last: { kind: 'battery' } }), /low \(12 %.* → palimpsest\.trigger$/);
    assert.match(said({ lowBattery: 12, last: { kind: 'unasked' } }), /low \(12 %/);
    assert.match(said({ lowBattery: 12, last: { kind: 'empty' } }), /nothing worth showing/);
    assert.match(said({ last: { kind: 'battery' } }), /on again/);
  });

  it('is what became of the last question', () => {
    const lasts: readonly (readonly [Silence, RegExp])[] = [
      [{ kind: 'superseded' }, /next key/],
      [{ kind: 'lost' }, /went away/],
      [{ kind: 'empty' }, /unsure/],
      [{ kind: 'nameless' }, /project does not have/],
      [{ kind: 'illegal' }, /syntax/],
      [{ kind: 'unfit' }, /already there/],
      [{ kind: 'undone' }, /undone/],
      [{ kind: 'failed', reason: 'out of memory' }, /out of memory/],
      [{ kind: 'unasked' }, /not asked|Nothing was asked/],
      [{ kind: 'shown' }, /answered with a suggestion/],
      [{ kind: 'selection' }, /several cursors/],
    ];
    assert.match(said({ last: { kind: 'superseded' }, lastLatencyMs: 1234.5 }), /took 1235 ms/);
    for (const [last, pattern] of lasts) assert.match(said({ last }), pattern);
  });
});
