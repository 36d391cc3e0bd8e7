// One model for all windows: loaded for the first, there for the others. What it has to say is told to all.
import { setTimeout } from 'node:timers/promises';
import { type EngineOptions, type ModelSetup, modelSetup, type Progress } from '../protocol/messages.ts';
import { type LoadedModel, loadModel, SessionError, warmUp } from './loadModel.ts';
import { Cancelled } from './modelRunner.ts';
import { Turns } from './turns.ts';

/** Progress is told at most this often. */
const progressMs = 100;

/** So long after a completion it is quiet, or one is not the last. */
const measureAfterMs = 5000;

/** Who has waited for the model asks by then, and warms it up by that. */
const warmAfterMs = 50;

/** What a window is told. */
export interface ModelListener {
  progress(progress: Progress): void;
  /** Something that does not work though completions do. */
  problem(text: string): void;
}

export class SharedModel {
  /** Of the requests of all windows. */
  readonly turns = new Turns();
  readonly #listeners = new Set<ModelListener>();
  readonly #problems: string[] = [];
  #isMeasured = false;
  #loading: { readonly key: string; readonly model: Promise<LoadedModel> } | undefined;

  /** The model of these options, once it is warm. @throws ModelFileError, GraphBuildError or SessionError */
  async open(options: EngineOptions, listener: ModelListener): Promise<LoadedModel> {
    this.#listeners.add(listener);
    for (const text of this.#problems) listener.problem(text);
    const setup = modelSetup(options);
    const key = JSON.stringify(setup);
    if (this.#loading !== undefined && this.#loading.key !== key)
      throw new SessionError('This engine runs another model: reload the window.');
    if (this.#loading === undefined) {
      const model = this.#load(setup);
      this.#loading = { key, model };
      // a model that failed may be tried again, mended
      model.catch(() => {
        this.#loading = undefined;
      });
    }
    return this.#loading.model;
  }

  /** Puts right what passes are known to cost, once and in a quiet moment: a busy machine may have measured it. */
  measureLater(): void {
    if (this.#isMeasured) return;
    this.#isMeasured = true;
    void setTimeout(measureAfterMs).then(() => this.#measure());
  }

  leave(listener: ModelListener): void {
    this.#listeners.delete(listener);
  }

  async #measure(): Promise<void> {
    const runner = (await this.#loading?.model)?.runner;
    this.#isMeasured = await this.#whenIdle(async (signal) => runner?.measureAgain(signal));
  }

  /** Warms the model up unless somebody asks it anything. */
  async #warmLater(model: LoadedModel): Promise<void> {
    await setTimeout(warmAfterMs);
    await this.#whenIdle(async (signal) => {
      if (model.runner.promptLength === 0) await warmUp(model, signal);
    });
  }

  /** Does `work` once nobody is being served; whoever asks then comes first. Whether it was done. */
  async #whenIdle(work: (signal: AbortSignal) => Promise<void>): Promise<boolean> {
    for (let idle: Promise<unknown> | undefined; idle !== this.turns.idle; ) {
      idle = this.turns.idle;
      await idle.catch(() => undefined);
    }
    const controller = new AbortController();
    const { signal } = controller;
    await this.turns.run(this, controller, true, () => work(signal)).catch(ignoreCancelled);
    return !signal.aborted;
  }

  async #load(setup: ModelSetup): Promise<LoadedModel> {
    let toldMs = 0;
    const model = await loadModel({
      ...setup,
      onProblem: (text) => {
        this.#problems.push(text);
        for (const listener of this.#listeners) listener.problem(text);
      },
      onProgress: (progress) => {
        if (performance.now() - toldMs < progressMs && progress.fraction < 1) return;
        toldMs = performance.now();
        for (const listener of this.#listeners) listener.progress(progress);
      },
    });
    const { isMeasured, model: there } = model.runner;
    // a GPU has its programs made in any case, and better not at a key
    if (isMeasured && there.device === 'cpu') void this.#warmLater(model);
    else await warmUp(model, new AbortController().signal);
    return model;
  }
}

function ignoreCancelled(error: unknown): void {
  if (!(error instanceof Cancelled)) throw error;
}
