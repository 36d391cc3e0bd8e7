// A model on this machine → how fast it is there, by completing a sample as it is typed. About a quarter of a minute at most, once its
// graph is built.
import { complete } from '../engine/complete.ts';
import { loadModel, type ModelOptions, warmUp } from '../engine/loadModel.ts';
import { openSession } from '../engine/openSession.ts';
import type { Session } from '../engine/session.ts';
import { topCount } from '../model/model.ts';
import { throwIfStopped } from '../model/store/hubFetch.ts';
import type { Trial, WorkProgress } from '../protocol/modelMessages.ts';
import { sampleKeys, sampleLanguage } from './sampleText.ts';

export interface TrialOptions extends Omit<ModelOptions, 'onProgress'> {
  readonly signal: AbortSignal;
  readonly onProgress: (progress: WorkProgress) => void;
}

/** No key is typed after so long. */
const trialMs = 12_000;
/** A text that is read in one pass everywhere, and of how many of its places choices are compared. */
const comparedRows = 30;
const comparedChoices = 8;
/** What is not done then is given up. */
const mostMs = 20_000;

/** @throws ModelStoreError (cancelled), and what `loadModel` throws */
export async function tryModel({ signal, onProgress, ...options }: TrialOptions): Promise<Trial> {
  const model = await loadModel({
    ...options,
    onProgress: ({ fraction }) => {
      // what is thrown here ends the building
      throwIfStopped(signal);
      onProgress({ stage: 'preparing', fraction });
    },
  });
  try {
    throwIfStopped(signal);
    onProgress({ stage: 'trying', fraction: 0 });
    await warmUp(model, signal);
    await model.runner.measureAgain(signal);
    const session = await openSession(model, {});
    const firstChoices = await chooseFirst(session);
    const typed = await typeSample(session, signal, (fraction) => onProgress({ stage: 'trying', fraction }));
    return { ...typed, firstChoices };
  } finally {
    await model.runner.close();
  }
}

/** The most probable token behind each of the last tokens of a short text, in one pass. */
async function chooseFirst({ tokenizer, runner }: Session): Promise<Trial['firstChoices']> {
  const tokens = tokenizer.encode(sampleKeys[0]!.prefix).slice(0, comparedRows);
  const wanted = tokens.map((_, row) => row).slice(-comparedChoices);
  runner.rewind(0);
  const { topIds, topLogits, logSumExp } = await runner.model.forward({ tokens, wanted });
  runner.rewind(0);
  return wanted.map((_, at) => ({
    token: topIds[at * topCount]!,
    logProb: topLogits[at * topCount]! - logSumExp[at]!,
  }));
}

async function typeSample(
  session: Session,
  signal: AbortSignal,
  tell: (fraction: number) => void,
): Promise<Omit<Trial, 'firstChoices'>> {
  const startMs = performance.now();
  const passedMs = (): number => performance.now() - startMs;
  const until = AbortSignal.any([signal, AbortSignal.timeout(mostMs)]);
  const firstDraftMs: number[] = [];
  for (const [typed, { prefix, suffix }] of sampleKeys.entries()) {
    throwIfStopped(signal);
    if (passedMs() > trialMs) break;
    tell(Math.max(typed / sampleKeys.length, passedMs() / trialMs));
    const request = {
      path: 'library.ts',
      language: sampleLanguage,
      prefix,
      suffix,
      multiline: 'line',
      promptMs,
    } as const;
    const outcome = await complete(session, request, { signal: until });
    if (outcome.outcome === 'failed') throw new Error(outcome.reason);
    if (outcome.outcome === 'cancelled') break;
    firstDraftMs.push(outcome.timings.firstDraftMs);
  }
  throwIfStopped(signal);
  const { device, threads } = session.model;
  const [newTextMs = passedMs(), ...known] = firstDraftMs;
  return {
    device,
    threads,
    newTextMs,
    firstDraftMs: known.length === 0 ? newTextMs : median(known),
    tokensPerSecond: 1000 / (session.runner.cost.rowMs ?? passedMs()),
    isCut: firstDraftMs.length === 0,
  };
}

/** As the editor has it unless the user says otherwise: less text where reading it takes longer. */
const promptMs = 1500;

function median(values: readonly number[]): number {
  return [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)]!;
}
