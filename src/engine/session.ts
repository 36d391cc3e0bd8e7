// What an engine holds for one window: what was learnt of its workspace, and who knows its projects. The model is shared with others.
import type { Grammars } from '../constraint/grammar/grammars.ts';
import type { TokenTexts } from '../constraint/tokenTexts.ts';
import type { Oracle } from '../language/oracle.ts';
import type { Model } from '../model/model.ts';
import type { Tokenizer } from '../model/tokenizer.ts';
import type { Anchor } from '../prompt/anchor.ts';
import type { Layout } from '../prompt/layouts.ts';
import type { WorkspaceFiles } from '../protocol/messages.ts';
import type { Experience } from './experience.ts';
import type { GrammarCase } from './grammarCases.ts';
import type { ModelRunner } from './modelRunner.ts';
import { Speculation } from './speculation.ts';
import { learnWorkspace, type WorkspaceOptions } from './workspace.ts';

/** Tokens that are proposed for the same place at most, but on the CPU, where tokens beside each other change each other's last bits. */
const treeWidth = 4;

/** What a session is made of. */
export type SessionParts = Pick<
  Session,
  'runner' | 'tokenizer' | 'layout' | 'texts' | 'grammars' | 'oracle' | 'keepCase'
> & { readonly experience?: Experience };

export class Session {
  readonly runner: ModelRunner;
  readonly tokenizer: Tokenizer;
  readonly layout: Layout;
  readonly texts: TokenTexts;
  readonly grammars: Grammars;
  /** Knows the projects that documents belong to. */
  readonly oracle: Oracle;
  /** Keeps a draft that the constraint should not have let through. */
  readonly keepCase: (found: GrammarCase) => void;
  /** What it proposes, from what it has seen. */
  speculation: Speculation;
  readonly #experience: Experience | undefined;
  /** Anchor of the last prompt about a document as it is. */
  anchor: Anchor | undefined;

  constructor({ runner, tokenizer, layout, texts, grammars, oracle, keepCase, experience }: SessionParts) {
    this.runner = runner;
    this.tokenizer = tokenizer;
    this.layout = layout;
    this.texts = texts;
    this.grammars = grammars;
    this.oracle = oracle;
    this.keepCase = keepCase;
    this.#experience = experience;
    const { config, device } = runner.model;
    const width = device === 'cpu' ? 1 : treeWidth;
    this.speculation = new Speculation(tokenizer, config.vocabulary, runner.cost, width);
  }

  get model(): Model {
    return this.runner.model;
  }

  /** Keeps what was learnt of guesses. */
  async keepExperience(): Promise<void> {
    await this.#experience?.keep(this.speculation);
  }

  /** Learns what files of the workspace have, as `learnWorkspace` does. Resolves with how many were learnt. */
  learnWorkspace(
    { name, files }: WorkspaceFiles,
    learning: Pick<WorkspaceOptions, 'elsewhere' | 'turn'>,
  ): Promise<number> {
    const { speculation, tokenizer } = this;
    return learnWorkspace(files, { speculation, tokenizer, kept: this.#experience?.textsOf(name), ...learning });
  }
}
