// The external scanner of any grammar, as its own wasm runs it. It reads characters through `TextInput`, which tells when it has
// seen the end of the text: then its answer, whatever it is, holds only if no more text comes.
import type { ExternalScanner, Found, Pending, ScannerState, ScanRequest, Verdict } from '../scanner.ts';
import type { GrammarModule } from './grammarModule.ts';
import { ScannerFault } from './scannerFault.ts';
import { textInput } from './textInput.ts';

/** What tree-sitter's runtime gives a scanner to write its state to, in bytes. */
const stateSize = 1024;

/** Calls of a scanner to its lexer for each character of the text, and at the least, before it is taken to go round in circles. */
const callsPerCharacter = 16;
const leastCalls = 4096;

/**
 * The scanner of `module`, which it uses only while it answers.
 *
 * States are the bytes that the scanner writes, one character each; the state at the start of a file is empty and stands for what a
 * scanner writes that was just created. Columns count from the start of `text` if the line begins before it. A scanner that traps,
 * or does not come to an end, has found nothing. A scanner that has seen the end of the text may still find any valid token.
 * Throws if the grammar has no external tokens.
 */
export function wasmScanner(module: GrammarModule): ExternalScanner {
  const { bytes, lexer, language } = module;
  const { externalTokenCount } = language;
  if (externalTokenCount === 0) throw new Error(`the grammar ${module.name} has no external tokens`);
  const [create, scan] = [module.callable(language.scanner.create), module.callable(language.scanner.scan)];
  const serialize = module.callable(language.scanner.serialize);
  const deserialize = module.callable(language.scanner.deserialize);
  const valid = module.reserve(externalTokenCount);
  const buffer = module.reserve(stateSize);
  const input = textInput(module);
  const pendingByValid = new Map<number, Pending>();

  module.callbacks = input;
  let payload = create();
  const pristine = written(serialize(payload, buffer), undefined);

  /** The state in the first bytes of the buffer; `before` itself where it is the same. */
  function written(length: number, before: ScannerState | undefined): ScannerState {
    if (before?.length === length) {
      let same = 0;
      while (same < length && bytes[buffer + same] === before.charCodeAt(same)) same++;
      if (same === length) return before;
    }
    return String.fromCharCode(...bytes.subarray(buffer, buffer + length));
  }

  function restore(state: ScannerState): void {
    const source = state === '' ? pristine : state;
    for (let i = 0; i < source.length; i++) bytes[buffer + i] = source.charCodeAt(i);
    deserialize(payload, buffer, source.length);
  }

  function pending(tokens: number): Pending {
    let answer = pendingByValid.get(tokens);
    if (answer === undefined) {
      answer = { kind: 'pending', mayFind: tokens, mayFail: true, resume: undefined };
      pendingByValid.set(tokens, answer);
    }
    return answer;
  }

  /** What the scanner says to the text as if nothing came behind it. */
  function ask({ text, start, state, valid: tokens }: ScanRequest): Found | 'none' {
    for (let token = 0; token < externalTokenCount; token++) bytes[valid + token] = (tokens >>> token) & 1;
    module.callbacks = input;
    input.open(text, start, callsPerCharacter * (text.length - start) + leastCalls);
    restore(state);
    if (scan(payload, lexer, valid) === 0) return 'none';
    const token = module.resultSymbol();
    return { kind: 'found', token, end: input.end, state: written(serialize(payload, buffer), state) };
  }

  return {
    initial: '',
    scan(request: ScanRequest): Verdict {
      if (request.start >= request.text.length && !request.ended) return pending(request.valid);
      let answer: Found | 'none';
      try {
        answer = ask(request);
      } catch (error) {
        if (!isFault(error)) throw error;
        module.recover();
        payload = create();
        answer = 'none';
      }
      return input.touched && !request.ended ? pending(request.valid) : answer;
    },
  };
}

/** Whether a call has failed for the scanner's own reasons. */
const isFault = (error: unknown): boolean => error instanceof WebAssembly.RuntimeError || error instanceof ScannerFault;
