// A request → the constraint on what is decoded: what is typed already, and the grammar at the place.
import type { Trace } from '../base/trace.ts';
import { both } from '../constraint/constraint.ts';
import type { GrammarPlace } from '../constraint/grammar/grammars.ts';
import { typedBytes } from '../constraint/typedBytes.ts';
import type { Context } from '../context/gather.ts';
import type { Prompt } from '../prompt/render.ts';
import type { CompletionRequest, GrammarCoverage } from '../protocol/messages.ts';
import type { Session } from './session.ts';

export type ConstrainedPlace = Omit<GrammarPlace, 'coverage'> & { readonly coverage: GrammarCoverage };

const unconstrained = {
  coverage: 'off',
  mayOpen: false,
  vouches: false,
  meter: { checks: 0, ms: 0 },
  parser: undefined,
  accepts: () => true,
} as const;

/** The constraint on what is decoded; prepared while the prompt is computed. */
export async function constrain(
  session: Session,
  context: Context,
  { healed }: Prompt,
  request: CompletionRequest,
  trace: Trace,
): Promise<ConstrainedPlace> {
  const typed = typedBytes(session.tokenizer.vocabulary, new TextEncoder().encode(healed));
  if (request.grammar === false) return { ...unconstrained, constraint: typed };
  const place = await trace.span('constrain', () => session.grammars.constrain({ ...context, healed }));
  return { ...place, constraint: both(typed, place.constraint) };
}
