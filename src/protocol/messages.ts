// What crosses the process boundary between the editor (or the command line) and the engine: plain data, versioned.

import type { ModelFolders } from './models.ts';

/** Raised whenever a message changes shape; the extension refuses an engine that speaks another version. */
export const protocolVersion = 10;

/** How far a completion may reach: `auto` decides from the text around the cursor. */
export type Multiline = 'auto' | 'line' | 'block';

/** A piece of another file the model may see, most relevant first. */
export interface Excerpt {
  readonly path: string;
  readonly text: string;
}

/** Which document a request is about, for those who know the project that it belongs to. */
export interface DocumentPlace {
  readonly uri: string;
  /** URIs of the folders of the workspace. */
  readonly folders: readonly string[];
  /** Whether programs of the workspace, and programs that run its code, may be started. */
  readonly isTrusted: boolean;
  /** The editor's version of the document and its cursor, both from 0: for questions back to the editor. */
  readonly version?: number;
  readonly line?: number;
  readonly character?: number;
}

/** A change to a document: lines and characters (UTF-16) from 0. */
export interface TextChange {
  readonly startLine: number;
  readonly startCharacter: number;
  readonly endLine: number;
  readonly endCharacter: number;
  readonly text: string;
}

/** Draws tokens at random, as probable as the model and the processors below make them, where otherwise the most probable are said. */
export interface Sampling {
  /** Divides the logits; at 0 the most probable token is said. */
  readonly temperature: number;
  /** What is kept: so many of the most probable tokens, at least 1; */
  readonly topK?: number;
  /** the fewest that have this share of the probability together; */
  readonly topP?: number;
  /** those that have this share of the highest probability. Beyond the 64 most probable tokens none is kept. */
  readonly minP?: number;
  /** Divides positive logits of tokens that the draft has said lately, and multiplies negative ones; 1 changes nothing. */
  readonly repetitionPenalty?: number;
  /** The same seed draws the same text; a whole number below 2³². */
  readonly seed: number;
}

/**
 * Everything one completion needs. Self-contained: the engine keeps caches, never truth.
 * `prefix` and `suffix` are the text on either side of the cursor (UTF-16, possibly cut to a window around it).
 */
export interface CompletionRequest {
  readonly path: string;
  readonly language: string;
  readonly prefix: string;
  readonly suffix: string;
  /** Set where the document begins before `prefix` or goes on behind `suffix`. */
  readonly prefixIsCut?: boolean;
  readonly suffixIsCut?: boolean;
  readonly repository?: string;
  readonly excerpts?: readonly Excerpt[];
  readonly multiline?: Multiline;
  /** Upper bound on emitted tokens. */
  readonly maxTokens?: number;
  /** Texts that are wanted at most, each another in meaning, from 1, which it is by default, to `mostDrafts`; of drawn tokens one. */
  readonly drafts?: number;
  /** Where several are wanted: the first is told under this number as soon as it is there, as progress of the request. */
  readonly firstAs?: number;
  /** Upper bound on prompt tokens taken from the text before the cursor. */
  readonly prefixTokens?: number;
  /** Upper bound on prompt tokens taken from the text after the cursor. */
  readonly suffixTokens?: number;
  /** Whether the language's grammar decides what may follow; it does unless this is false. */
  readonly grammar?: boolean;
  /** Where it is given, facts about the project decide which names may follow, unless `monitor` is false. */
  readonly document?: DocumentPlace;
  readonly monitor?: boolean;
  /** Milliseconds that a finished draft may wait for facts about it. */
  readonly monitorMs?: number;
  /** Whether several tokens are proposed to the model in one pass; it changes speed alone. They are unless this is false. */
  readonly speculate?: boolean;
  /** Whether drafts beside the first are guessed at by superposed decoding; left out, what passes cost here decides. */
  readonly superpose?: boolean;
  /** Without it, the most probable tokens are said. */
  readonly sampling?: Sampling;
  /** Milliseconds a whole prompt may take to compute: token budgets shrink to what measured speed allows. */
  readonly promptMs?: number;
  /**
   * Set where nobody waits for the answer yet, since the text is one that the document may come to have. The request gives way to
   * every other, and is declined (`cancelled`) where it would cost the cache what the document's own text needs of it.
   */
  readonly ahead?: boolean;
}

/** Drafts that one request can ask for. */
export const mostDrafts = 10;

/**
 * What speaks for a draft: its language's grammar was followed throughout (`syntax`), names in it are names that the project has
 * (`names`), or it stands like this in the workspace (`seen`).
 */
export type Voucher = 'syntax' | 'names' | 'seen';

/** One text the user may be shown. `text` goes in at the cursor and replaces `replaces` UTF-16 units after it. */
export interface Draft {
  readonly text: string;
  readonly replaces: number;
  /** Sum of the natural logarithms of the token probabilities under the target model. */
  readonly logProb: number;
  /**
   * Natural logarithm of what could stand there of the distributions its tokens were taken from, multiplied. Where they are drawn it is
   * estimated without bias: as weights, those of several draws rank texts as the model would if it knew what is legal. Where they are
   * the most probable ones it is what was not passed over, which is as much or more.
   */
  readonly logLegalMass: number;
  readonly tokens: number;
  /** True once every token of the draft was chosen by the target model itself. */
  readonly verified: boolean;
  readonly vouchers: readonly Voucher[];
}

export interface Timings {
  readonly queueMs: number;
  readonly contextMs: number;
  readonly prefillMs: number;
  /** Until the first draft was there, and until all were. */
  readonly firstDraftMs: number;
  readonly totalMs: number;
}

export interface ProposalCount {
  readonly proposed: number;
  readonly accepted: number;
}

export interface Counters {
  readonly promptTokens: number;
  /** Prompt tokens whose keys and values were already in the cache. */
  readonly reusedTokens: number;
  /** Forward passes after prefill. */
  readonly passes: number;
  /** Rows over all those passes, and those of proposals behind the prompt. */
  readonly rows: number;
  readonly emitted: number;
  /** Tokens accepted by each pass. */
  readonly accepted: readonly number[];
  /** By source, tokens that were proposed to the model and those that it would have chosen itself. */
  readonly proposals: Readonly<Record<string, ProposalCount>>;
  /** Milliseconds in which proposals were looked for. */
  readonly proposeMs: number;
  /** Tokens that the grammar was asked about, and what that and its preparation took. */
  readonly constraintChecks: number;
  readonly constraintMs: number;
  /** Tokens at which something more probable was not legal. */
  readonly interventions: number;
  /** Places whose names were asked for, and milliseconds that the finished draft waited for answers. */
  readonly monitorQueries: number;
  readonly monitorMs: number;
  /** Tokens at which something more probable would have spelt a name that is not there. */
  readonly monitorHits: number;
  /** Places where nothing that is there was probable: a call was let go on, or the draft ends before the line of a name. */
  readonly monitorReleased: number;
}

/**
 * What is known of the grammar at a place: the file up to it (`whole`), from an item behind some damage on (`anchored`), the
 * brackets of the completion alone (`soft`), or nothing, for want of tables (`none`) or because it was not asked for (`off`).
 */
export type GrammarCoverage = 'whole' | 'anchored' | 'soft' | 'none' | 'off';

/**
 * Whether names are held to what the project has (`on`), or not: nobody is there who knows (`none`), the place is damaged
 * (`unsure`), or it was not asked for (`off`).
 */
export type MonitorCoverage = 'on' | 'none' | 'unsure' | 'off';

/** Answer to a completion request. Exceptions are for bugs: a request that cannot be served says why. */
export type Outcome =
  | {
      readonly outcome: 'done';
      readonly drafts: readonly Draft[];
      readonly grammar: GrammarCoverage;
      readonly monitor: MonitorCoverage;
      readonly timings: Timings;
      readonly counters: Counters;
    }
  | { readonly outcome: 'cancelled' }
  | { readonly outcome: 'failed'; readonly reason: string };

/** Special tokens by which a model that nobody knows fills in the middle, as its tokenizer spells them. */
export interface FillInTheMiddle {
  readonly prefix: string;
  readonly suffix: string;
  /** Left out where the model simply goes on from the prefix. */
  readonly middle?: string;
  /** In front of the repository's name, and of each file's path; left out where the model knows no such thing. */
  readonly repository?: string;
  readonly file?: string;
  /** What of the prefix and the suffix comes first; the prefix where there is a token for the middle, else the suffix. */
  readonly order?: 'prefixFirst' | 'suffixFirst';
}

/** Which model runs, and how. Paths are absolute. */
export interface ModelSetup {
  /** Folder or .gguf file of the model; with `models`, an installed model's id as well. */
  readonly modelPath: string;
  /** Where models are looked up by their ids. */
  readonly models?: ModelFolders;
  /** Folder of the grammars. */
  readonly grammarsPath: string;
  /** Where built graphs are kept. */
  readonly cachePath: string;
  readonly device: Device;
  /** 0 lets the engine choose. */
  readonly threads: number;
  /** MiB that the engine's process may take: a model that needs more is refused. No matter how many if it is 0 or left out. */
  readonly memoryMiB?: number;
  /** Left out where the catalogue or the tokenizer says how the model fills in the middle. */
  readonly fillInTheMiddle?: FillInTheMiddle;
}

/** How the engine is set up; sent first. Windows that share an engine have its model set up in the same way. */
export interface EngineOptions extends ModelSetup {
  readonly protocolVersion: number;
  /** Where what is learnt of the workspace is kept; nowhere if it is left out. */
  readonly storagePath?: string;
  /** Environment of the language servers of this window, and the PATH where they are looked for; the engine's own if it is left out. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** What of the options windows have to agree on to share an engine. */
export function modelSetup({
  protocolVersion: _,
  storagePath: __,
  environment: ___,
  ...setup
}: EngineOptions): ModelSetup {
  return setup;
}

export type Device = 'auto' | 'cpu' | 'webgpu';

/** What came up, for the status bar and for bug reports. */
export interface EngineInfo {
  readonly protocolVersion: number;
  readonly model: string;
  readonly device: 'cpu' | 'webgpu';
  readonly threads: number;
  readonly contextTokens: number;
  readonly loadMs: number;
  readonly residentBytes: number;
}

/** Long work the user may wonder about (building a graph): `fraction` runs from 0 to 1. */
export interface Progress {
  readonly stage: string;
  readonly fraction: number;
}

/** Asks the editor which names can stand at a cursor of its own. */
export interface NamesQuestion {
  readonly uri: string;
  /** The place is known by this version of the document alone. */
  readonly version: number;
  readonly line: number;
  readonly character: number;
  /** UTF-16 units before the cursor that the name begins with. */
  readonly typed: number;
}

export interface EditorName {
  readonly text: string;
  /** `CompletionItemKind` of the language server protocol; 0 where it is not said. */
  readonly kind: number;
  readonly detail?: string;
  /** Module that an import has to be added from. */
  readonly importedFrom?: string;
}

export interface EditorNames {
  readonly names: readonly EditorName[];
  /** Whether whoever was asked gave all that there are. */
  readonly isComplete: boolean;
}

/** Asks which imports a text calls for that has just been put into a document: all of it, with `\n` line ends. */
export interface ImportsQuestion {
  readonly document: DocumentPlace;
  readonly language: string;
  readonly before: string;
  readonly accepted: string;
  readonly after: string;
}

/** Files of the workspace that are like the documents completed in. */
export interface WorkspaceFiles {
  /** Says which files these are; others under the same name come in their place. */
  readonly name: string;
  /** URIs, the most useful first. */
  readonly files: readonly string[];
}

/** Asks the editor for a file of the workspace that is not on this machine, unless it is as it was. */
export interface FileQuestion {
  readonly uri: string;
  /** Longer ones are not wanted. */
  readonly mostBytes: number;
  /** What is known of it: its length in bytes, and when it was changed last, in milliseconds. */
  readonly known?: Pick<EditorFile, 'size' | 'changedMs'>;
}

export interface EditorFile {
  readonly size: number;
  readonly changedMs: number;
  /** Left out where it is known, or longer than is wanted. */
  readonly text?: string;
}

/**
 * Names of the JSON-RPC methods. Requests to the engine: start, complete, read (the prompt of a completion that nobody has asked for
 * yet; answered with the number of its tokens that were computed), imports, trace. Requests to the editor: names, file.
 * Notification to the engine: workspace. Notifications from the engine: progress, log.
 */
export const methods = {
  start: 'engine/start',
  complete: 'engine/complete',
  read: 'engine/read',
  imports: 'engine/imports',
  workspace: 'engine/workspace',
  trace: 'engine/trace',
  names: 'editor/names',
  file: 'editor/file',
  progress: 'engine/progress',
  log: 'engine/log',
} as const;

export interface LogMessage {
  readonly level: 'info' | 'warning' | 'error';
  readonly text: string;
  /** Something that completions go on without, for the user to find where the state of things is said. */
  readonly isNote?: boolean;
}
