// The last answer about a document → a text that says how its suggestion came to be. Holds nothing of the document.
import { percentOf } from '../base/percent.ts';
import type { EngineInfo, Outcome } from '../protocol/messages.ts';
import { voucherText } from './draftRows.ts';
import type { Translate } from './silence.ts';

/** What is known of the answer. */
export interface ExplainedAnswer {
  readonly latencyMs: number;
  readonly outcome: Extract<Outcome, { outcome: 'done' }>;
}

/** In lines, with what is said in two columns. */
export function explanationText(answer: ExplainedAnswer, info: EngineInfo | undefined, t: Translate): string {
  const { latencyMs, outcome } = answer;
  const { drafts, grammar, monitor, timings, counters } = outcome;
  const ms = (value: number): string => `${Math.round(value)} ms`;
  const proposed = Object.values(counters.proposals).reduce((sum, count) => sum + count.proposed, 0);
  const cameTrue = Object.values(counters.proposals).reduce((sum, count) => sum + count.accepted, 0);
  const rows: readonly (readonly [string, string])[] = [
    [t('model'), info === undefined ? t('the engine has ended since') : info.model],
    [t('device'), info === undefined ? '–' : t('{0}, {1} threads', info.device.toUpperCase(), info.threads)],
    [t('first draft'), t('{0} after the question', ms(latencyMs))],
    [
      t('of that'),
      t('{0} waiting, {1} context, {2} prompt', ms(timings.queueMs), ms(timings.contextMs), ms(timings.prefillMs)),
    ],
    [t('all drafts'), ms(timings.totalMs)],
    [t('prompt'), t('{0} tokens, {1} of them in memory', counters.promptTokens, counters.reusedTokens)],
    [
      t('decoding'),
      t(
        '{0} tokens in {1} passes; {2} of {3} proposed tokens came true',
        counters.emitted,
        counters.passes,
        cameTrue,
        proposed,
      ),
    ],
    [t('grammar'), grammarText(grammar, t)],
    [
      '',
      t(
        '{0} tokens checked, {1} times something more probable was not legal',
        counters.constraintChecks,
        counters.interventions,
      ),
    ],
    [t('names'), namesText(monitor, t)],
    [
      '',
      t(
        '{0} places asked about, {1} times something more probable names what is not there, waited {2}',
        counters.monitorQueries,
        counters.monitorHits,
        ms(counters.monitorMs),
      ),
    ],
    [t('drafts'), `${drafts.length}`],
    ...drafts.map(({ logProb, tokens, vouchers }, index): readonly [string, string] => [
      `  ${index + 1}`,
      [t('{0} probable, {1} tokens', percentOf(logProb), tokens), ...vouchers.map((one) => voucherText(one, t))].join(
        '; ',
      ),
    ]),
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  return `${t('The last suggestion of the engine for this document')}\n\n${rows
    .map(([name, value]) => `${name.padEnd(width)}  ${value}`.trimEnd())
    .join('\n')}\n`;
}

function grammarText(grammar: ExplainedAnswer['outcome']['grammar'], t: Translate): string {
  switch (grammar) {
    case 'whole':
      return t('the file up to the cursor is read, every token is held to it');
    case 'anchored':
      return t('read from the statement behind some damage on, every token is held to it');
    case 'soft':
      return t('the file is damaged here: brackets alone are checked');
    case 'none':
      return t('none for this language');
    case 'off':
      return t('not asked for');
  }
}

function namesText(monitor: ExplainedAnswer['outcome']['monitor'], t: Translate): string {
  switch (monitor) {
    case 'on':
      return t('held to what the project has');
    case 'none':
      return t('nobody is there who knows them');
    case 'unsure':
      return t('the place is damaged, so they are free');
    case 'off':
      return t('not asked for');
  }
}
