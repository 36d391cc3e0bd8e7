// What crosses the process boundary between the editor and the process that keeps models: plain data. The process ships with the
// extension that starts it, so there are no versions of it to tell apart.
import type { Device, FillInTheMiddle } from './messages.ts';
import type { DownloadProgress, ListedModel, ModelFolders, NetworkOptions, StoreProblem } from './models.ts';

/** Absolute paths. */
export interface ModelPlaces extends ModelFolders {
  readonly grammarsPath: string;
  /** Where built graphs are kept. */
  readonly cachePath: string;
}

/** Set in requests whose progress is wanted: it is told under this number. */
interface Told {
  readonly progressAs: number;
}

export interface ListQuestion {
  readonly places: ModelPlaces;
  readonly device: Device;
  /** Address of a mirror of the hub. */
  readonly hub?: string;
}

export interface ModelList {
  readonly models: readonly ListedModel[];
  /** Bytes that this machine has. */
  readonly memoryBytes: number;
}

export interface InstallOrder extends Told {
  readonly places: ModelPlaces;
  readonly id: string;
  readonly hub?: string;
  readonly token?: string;
  readonly network: NetworkOptions;
}

export interface ImportOrder extends Told {
  readonly places: ModelPlaces;
  readonly path: string;
  /** Leaves the files where they are. */
  readonly inPlace: boolean;
}

export interface RemovalOrder {
  readonly places: ModelPlaces;
  readonly id: string;
}

export interface TrialOrder extends Told {
  readonly places: ModelPlaces;
  /** Of the model to be tried. */
  readonly path: string;
  readonly device: Device;
  readonly threads: number;
  readonly memoryMiB: number;
  readonly fillInTheMiddle?: FillInTheMiddle;
}

/** How a model does on this machine. */
export interface Trial {
  readonly device: 'cpu' | 'webgpu';
  readonly threads: number;
  /** Milliseconds from a key to the first draft, where the text before it is known: the median of a few. */
  readonly firstDraftMs: number;
  /** The same in a text that is seen for the first time. */
  readonly newTextMs: number;
  /** What the model would say behind the last places of a text that is always the same, by which devices are compared. */
  readonly firstChoices: readonly { readonly token: number; readonly logProb: number }[];
  /** Decoded one by one. */
  readonly tokensPerSecond: number;
  /** Whether it did not come to an end in the time it had: then it is no faster than that. */
  readonly isCut: boolean;
}

/** What is being done; `fraction` from 0 to 1. */
export type WorkProgress =
  /** Another process is at the same model. */
  | { readonly stage: 'waiting' }
  | { readonly stage: 'downloading' | 'copying'; readonly download: DownloadProgress }
  /** The graph is built. */
  | { readonly stage: 'preparing'; readonly fraction: number }
  | { readonly stage: 'trying'; readonly fraction: number };

/** `unusable`: what is there cannot be used as a model here; `fault`: a bug. */
export type TroubleKind = StoreProblem | 'unusable' | 'fault';

export interface Trouble {
  readonly kind: TroubleKind;
  /** A sentence that ends in what to do. */
  readonly message: string;
}

/** Exceptions are for the transport. */
export type WorkOutcome<T> =
  | { readonly outcome: 'done'; readonly value: T }
  | { readonly outcome: 'failed'; readonly trouble: Trouble };

/** Requests to the process that keeps models. */
export const modelMethods = {
  list: 'models/list',
  install: 'models/install',
  import: 'models/import',
  remove: 'models/remove',
  try: 'models/try',
} as const;
