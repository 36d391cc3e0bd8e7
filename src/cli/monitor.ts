// What the monitor makes of a place: which names are held to what the project has there, who said so and how fast, how probable
// they are to the model, and what it would say otherwise.

import { draftNames, forcedRest, type NameDraft } from '../constraint/monitor/drafts.ts';
import { typedBytes } from '../constraint/typedBytes.ts';
import { gather } from '../context/gather.ts';
import { renderPrompt } from '../engine/complete.ts';
import { namesAt } from '../engine/names.ts';
import type { Session } from '../engine/session.ts';
import type { Name, NameSite } from '../language/oracle.ts';
import { topCount } from '../model/model.ts';
import type { CompletionRequest, MonitorCoverage } from '../protocol/messages.ts';

/** Names whose probability is computed, and tokens that would be cut. */
const shownNames = 20;
const shownCuts = 8;
const shownDrafts = 3;

/** How long an answer is waited for: a server that has just been started reads its project first. */
const patienceMs = 30_000;

export interface NamedProbability extends Name {
  /** Of the name's tokens, as the tokenizer splits it. */
  readonly probability: number;
}

export interface MonitorReport {
  readonly language: string;
  readonly coverage: MonitorCoverage;
  /** What a name would be here; undefined where none is held to anything. */
  readonly site: NameSite | undefined;
  /** Beginning of the name that is typed already. */
  readonly typed: string;
  readonly answerMs: number | undefined;
  /** How many names there are, and whether there can be no others; undefined without an answer. */
  readonly known: { readonly count: number; readonly isClosed: boolean } | undefined;
  /** The most probable names that go on what is typed, the most probable first. */
  readonly names: readonly NamedProbability[];
  /** Share of the model's first token that agrees with a name. */
  readonly kept: number;
  /** What would be proposed ahead of the model: the likeliest names, and what all names have in common behind what is typed. */
  readonly drafts: readonly NameDraft[];
  readonly forced: string;
  /** First tokens that are passed over. */
  readonly cut: readonly { readonly text: string; readonly probability: number }[];
}

/** Asks oracle and model about the place of `request`. */
export async function monitorReport(session: Session, request: CompletionRequest): Promise<MonitorReport> {
  const { signal } = new AbortController();
  const context = gather(request);
  const prompt = renderPrompt(session, context, request);
  const place = await session.grammars.constrain({ ...context, healed: prompt.healed });
  const { monitor, facts, coverage } = namesAt(session, context, prompt, request, place, signal);
  const at = facts?.places.findLast((asked) => asked.site !== 'call');
  const nothing = {
    language: context.language,
    coverage,
    typed: '',
    names: [],
    drafts: [],
    forced: '',
    kept: 1,
    cut: [],
  };
  if (facts === undefined || at === undefined)
    return { ...nothing, site: undefined, answerMs: undefined, known: undefined };
  if (facts.at(at) === 'unknown') await facts.next(patienceMs);
  const typed = prompt.healed.slice(at.said.length);
  const found = await facts.names(at);
  const known = found && { count: found.names.length, isClosed: found.isClosed };
  const told = { ...nothing, site: at.site, typed, answerMs: facts.answerMs, known };
  if (found === undefined) return told;

  const { vocabulary } = session.tokenizer;
  const first = await session.runner.prefill(prompt.tokens, signal, true);
  const agreeing = typedBytes(vocabulary, new TextEncoder().encode(prompt.healed)).candidates;
  const ids = agreeing === undefined ? Array.from(first.topIds.subarray(0, topCount)) : Array.from(agreeing);
  const total = agreeing === undefined ? first.logSumExp[0]! : logSumOf(ids.map((id) => first.logits![id]!));
  const ranked = ids
    .map((id) => ({ text: vocabulary.decode([id]), probability: Math.exp(first.logits![id]! - total) }))
    .sort((one, other) => other.probability - one.probability);
  const cut = ranked.filter(({ text }) => !monitor.allows(text));
  const names: NamedProbability[] = [];
  const probable = found.names
    .filter(({ text }) => text.startsWith(typed))
    .map((name) => ({ name, tokens: session.tokenizer.encode(at.said + name.text) }))
    .sort((one, other) => first.logits![other.tokens[0]!]! - first.logits![one.tokens[0]!]!);
  for (const { name, tokens } of probable.slice(0, shownNames)) {
    let logProb = first.logits![tokens[0]!]! - total;
    for (let length = 1; length < tokens.length; length++) {
      const { logits, logSumExp } = await session.runner.prefill(
        [...prompt.tokens, ...tokens.slice(0, length)],
        signal,
        true,
      );
      logProb += logits![tokens[length]!]! - logSumExp[0]!;
    }
    names.push({ ...name, probability: Math.exp(logProb) });
  }
  const rests = found.names.map(({ text }) => text).filter((text) => text.startsWith(typed));
  const tokens = ids
    .map((token) => ({ token, logProb: first.logits![token]! - total }))
    .sort((one, other) => other.logProb - one.logProb);
  return {
    ...told,
    drafts: draftNames(
      rests.map((text) => at.said + text),
      tokens.slice(0, topCount),
      session.texts,
      shownDrafts,
    ),
    forced: forcedRest(rests.map((text) => text.slice(typed.length))),
    names: names.sort((one, other) => other.probability - one.probability),
    kept: 1 - cut.reduce((sum, { probability }) => sum + probability, 0),
    cut: cut.slice(0, shownCuts),
  };
}

function logSumOf(logits: readonly number[]): number {
  const highest = logits.reduce((most, logit) => Math.max(most, logit), Number.NEGATIVE_INFINITY);
  return highest + Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit - highest), 0));
}
