// A ported scanner held against the one in the grammar's wasm: the same answer to every text, however the text comes.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import type {
  ExternalScanner,
  Pending,
  ScannerState,
  ScanRequest,
  Verdict,
} from '../../../../../src/constraint/grammar/scanner.ts';
import { type GrammarModule, loadGrammarModule } from '../../../../../src/constraint/grammar/scanners/grammarModule.ts';
import { wasmScanner } from '../../../../../src/constraint/grammar/scanners/wasmScanner.ts';
import { type Random, seededRandom } from '../../../../support/random.ts';

/** The instance of a grammar that the repository ships. */
export async function shippedGrammar(name: string): Promise<GrammarModule> {
  const file = new URL(`../../../../../grammars/${name}/grammar.wasm`, import.meta.url);
  return loadGrammarModule(await readFile(file));
}

/** Every set of external tokens that is valid somewhere in the grammar, except that of error recovery, in which all are. */
function validSets({ language, halfWords, bytes }: GrammarModule): number[] {
  const sets = new Set<number>();
  const { externalTokenCount: count } = language;
  for (let state = 1; state < language.stateCount; state++) {
    const row = halfWords[(language.lexModes + state * language.lexModeSize + 2) >>> 1]!;
    let valid = 0;
    for (let token = 0; token < count; token++) valid |= bytes[language.scanner.states + row * count + token]! << token;
    if (row !== 0) sets.add(valid);
  }
  return [...sets];
}

/** A text to scan, and how. */
interface Case {
  readonly text: string;
  readonly start: number;
  readonly valid: number;
  readonly state: ScannerState;
}

/** What texts are made of: short pieces that mean something to the scanner, and real source. */
export interface Material {
  readonly pieces: readonly string[];
  readonly source: string;
}

/** Most states kept to start from. */
const stateLimit = 300;

/**
 * Holds `port` against the scanner of `module` on random texts of `material`, from states that such texts lead to, where tokens are
 * valid as somewhere in the grammar or at two places of it. Gives how often each token was found, by number.
 */
export function checkOnRandomTexts(
  port: ExternalScanner,
  module: GrammarModule,
  material: Material,
  { cases, seed }: { cases: number; seed: number },
): Map<number, number> {
  const host = wasmScanner(module);
  const random = seededRandom(seed);
  const pick = <Item>(items: readonly Item[]): Item => items[random.below(items.length)]!;
  const sets = validSets(module);
  const states = [port.initial];
  const found = new Map<number, number>();
  for (let i = 0; i < cases; i++) {
    const text = randomText(material, random);
    const start = random.uniform() < 0.8 ? 0 : random.below(text.length + 1);
    const valid = random.uniform() < 0.85 ? pick(sets) : pick(sets) | pick(sets);
    const state = pick(states);
    const verdict = checkAgreement(port, host, { text, start, valid, state }, random);
    if (typeof verdict === 'string' || verdict.kind === 'pending') continue;
    found.set(verdict.token, (found.get(verdict.token) ?? 0) + 1);
    if (verdict.state === state || verdict.state.length > 40) continue;
    if (states.length < stateLimit) states.push(verdict.state);
    else states[random.below(stateLimit)] = verdict.state;
  }
  return found;
}

function randomText({ pieces, source }: Material, random: Random): string {
  if (random.uniform() < 0.35) {
    const from = random.below(source.length);
    return source.slice(from, from + random.below(80));
  }
  return Array.from({ length: 1 + random.below(10) }, () => pieces[random.below(pieces.length)]!).join('');
}

/** What the port says to a case with the whole text, once it and the wasm agree on that, on each prefix and on each way there. */
function checkAgreement(port: ExternalScanner, host: ExternalScanner, given: Case, random: Random): Verdict {
  const { text, start, valid, state } = given;
  const ask = (scanner: ExternalScanner, end: number, ended: boolean, resume: unknown): Verdict => {
    const request: ScanRequest = { text: text.slice(0, end), start, ended, valid, state, resume, strict: false };
    return withoutTabs(scanner.scan(request));
  };
  const expected = ask(host, text.length, true, undefined);
  const context = () => JSON.stringify(given);
  assert.deepEqual(ask(port, text.length, true, undefined), expected, context());

  const isUnfinished = isPending(ask(host, text.length, false, undefined)) || /\0|\\(?!\r?\n)/.test(text);
  let resume: unknown;
  for (let end = start; ; end = Math.min(text.length, end + 1 + random.below(4))) {
    const resumed = ask(port, end, false, resume);
    const fresh = ask(port, end, false, undefined);
    assert.deepEqual(resumed, fresh, `${context()} resumed at ${end}`);
    if (!isPending(resumed)) {
      assert.deepEqual(resumed, expected, `${context()} decided at ${end}`);
      break;
    }
    assert.ok(isPending(ask(host, end, false, undefined)), `${context()} open at ${end}`);
    assert.ok(allows(resumed, expected) || isUnfinished, `${context()} not foreseen at ${end}`);
    resume = resumed.resume;
    if (end === text.length) {
      assert.deepEqual(ask(port, end, true, resume), expected, `${context()} resumed at the end`);
      break;
    }
  }
  return port.scan({ text, start, ended: true, valid, state, resume: undefined, strict: false });
}

const isPending = (verdict: Verdict): verdict is Pending => typeof verdict !== 'string' && verdict.kind === 'pending';

/** Whether a waiting scanner has foreseen a verdict; it need not foresee that a token is never finished. */
const allows = ({ mayFind, mayFail }: { mayFind: number; mayFail: boolean }, verdict: Verdict): boolean =>
  verdict === 'none'
    ? mayFail
    : verdict !== 'rejected' && verdict.kind === 'found' && ((mayFind >>> verdict.token) & 1) === 1;

/** The port of Python's scanner notes tabs where the wasm's state has no room for them. */
function withoutTabs(verdict: Verdict): Verdict {
  if (typeof verdict === 'string' || verdict.kind === 'pending') return verdict;
  const state = String.fromCharCode(...[...verdict.state].map((character) => character.charCodeAt(0) & 0xff));
  return { ...verdict, state };
}
