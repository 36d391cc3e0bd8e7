// Completion tests as data: source with ‸ at the cursor, the model as a table, the screen as text with [ghost text].
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { Grammars } from '../../src/constraint/grammar/grammars.ts';
import { TokenTexts } from '../../src/constraint/tokenTexts.ts';
import { complete } from '../../src/engine/complete.ts';
import type { GrammarCase } from '../../src/engine/grammarCases.ts';
import { ModelRunner } from '../../src/engine/modelRunner.ts';
import { Session } from '../../src/engine/session.ts';
import { noOracle } from '../../src/language/noOracle.ts';
import type { Oracle } from '../../src/language/oracle.ts';
import { layoutFor } from '../../src/prompt/layouts.ts';
import type { CompletionRequest, Outcome } from '../../src/protocol/messages.ts';
import { grammarsPath, testCachePath } from './built.ts';
import { embeddedTokenizer } from './embeddedTokenizer.ts';
import { type Script, type ScriptedModel, scriptedModel } from './scriptedModel.ts';

/** The text before and after the ‸. */
export function cut(source: string): { prefix: string; suffix: string } {
  const [prefix, suffix, ...more] = source.split('‸');
  if (prefix === undefined || suffix === undefined || more.length > 0) throw new Error('a source needs one ‸');
  return { prefix, suffix };
}

export interface ScriptedSession {
  readonly session: Session;
  readonly model: ScriptedModel;
}

export async function scriptedSession(script: Script, oracle: Oracle = noOracle): Promise<ScriptedSession> {
  const tokenizer = await embeddedTokenizer();
  const model = scriptedModel(tokenizer, script);
  const layout = layoutFor(model.config.name, tokenizer);
  if (layout === undefined) throw new Error('the embedded tokenizer has no fill-in-the-middle tokens');
  const texts = new TokenTexts(tokenizer.vocabulary);
  const grammars = new Grammars(grammarsPath, join(testCachePath, '..', 'masks'), texts, (problem) =>
    assert.fail(problem),
  );
  const keepCase = (found: GrammarCase) => assert.fail(`the grammar let through: ${JSON.stringify(found)}`);
  return {
    session: new Session({ runner: new ModelRunner(model), tokenizer, layout, texts, grammars, oracle, keepCase }),
    model,
  };
}

/** A session of a model that is shown the text above, the text below, and then what was typed since. */
export async function anchoredSession(script: Script): Promise<ScriptedSession> {
  const { session, model } = await scriptedSession(script);
  const layout = layoutFor('some other model', session.tokenizer)!;
  return { session: new Session({ ...session, layout }), model };
}

export function requestFor(source: string, changes: Partial<CompletionRequest> = {}): CompletionRequest {
  return { path: 'src/a.ts', language: 'typescript', ...cut(source), ...changes };
}

export function ask(
  session: Session,
  request: CompletionRequest,
  signal = new AbortController().signal,
): Promise<Outcome> {
  return complete(session, request, { signal });
}

/** What the editor would show: the document with the completion in brackets, replaced text struck as ~text~. */
export async function screen(
  script: Script,
  source: string,
  changes?: Partial<CompletionRequest>,
  oracle?: Oracle,
): Promise<string> {
  const { session } = await scriptedSession(script, oracle);
  const outcome = await ask(session, requestFor(source, changes));
  if (outcome.outcome !== 'done') return outcome.outcome === 'failed' ? `failed: ${outcome.reason}` : 'cancelled';
  const { prefix, suffix } = cut(source);
  const [draft] = outcome.drafts;
  if (draft === undefined) return `${prefix}‸${suffix}`;
  const struck = draft.replaces > 0 ? `~${suffix.slice(0, draft.replaces)}~` : '';
  return `${prefix}[${draft.text}]${struck}${suffix.slice(draft.replaces)}`;
}
