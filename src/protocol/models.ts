// What is known of models outside the engine: the catalogue's entries, what is installed, and how far a download has come.

/** A file of a model. What the catalogue leaves out is taken from the hub. */
export interface CatalogueFile {
  readonly name: string;
  readonly bytes?: number;
  /** Hex. */
  readonly sha256?: string;
}

/** A model that is known by name. */
export interface CatalogueModel {
  readonly id: string;
  readonly name: string;
  readonly licence: string;
  readonly basedOn?: string;
  /** Which of the catalogue's dialects it fills in the middle in. */
  readonly dialect: string;
  readonly contextTokens: number;
  /** The editor's ids of languages; `*` alone where it was trained on most there are. */
  readonly languages: readonly string[];
  /** What it is good for, in one sentence. */
  readonly fitness: string;
  /** Weights, and how many bits each takes in the files: what the download's size and the speed here are estimated from. */
  readonly parameters?: number;
  readonly storedBits?: number;
  /** `owner/name` at the hub, and a branch, tag or commit there. The embedded model has neither. */
  readonly repository?: string;
  readonly revision?: string;
  /** Left out where they are the safetensors files that the repository turns out to have. */
  readonly files?: readonly CatalogueFile[];
}

/** Where models lie. */
export interface ModelFolders {
  /** Folder of installed models. */
  readonly modelsPath: string;
  /** The embedded model. */
  readonly embeddedPath: string;
}

/** Ends the name of the folder that a download lies in until it is whole. */
export const partialEnding = '.partial';

/** A model that can be used without a download. */
export interface InstalledModel {
  readonly id: string;
  readonly name: string;
  /** The folder or .gguf file that the engine is given. */
  readonly path: string;
  readonly bytes: number;
  /** Set where the files lie elsewhere and belong to somebody else: removing the model leaves them. */
  readonly isInPlace?: boolean;
  /** Where it came from: `owner/name` at the hub, and the commit there. */
  readonly repository?: string;
  readonly commit?: string;
}

/** What a pass over a single token takes here. */
export interface ModelSpeed {
  readonly tokenMs: number;
  /** Of this model; otherwise it follows from another one's and their sizes. */
  readonly isMeasured: boolean;
}

/** A row of the list of models that there are and that there could be. */
export interface ListedModel {
  readonly id: string;
  readonly name: string;
  /** `begun`: a download has left a part of it; `imported`: no model of the catalogue. */
  readonly state: 'embedded' | 'installed' | 'imported' | 'begun' | 'available';
  /** Of what is on this machine. */
  readonly bytes: number;
  /** Of all of it, about, where it is not here. */
  readonly downloadBytes?: number;
  /** The folder or .gguf file of one that can be used. */
  readonly path?: string;
  readonly isInPlace?: boolean;
  /** Set while a process downloads it. */
  readonly isBusy?: boolean;
  readonly licence?: string;
  readonly languages?: readonly string[];
  readonly fitness?: string;
  /** Address of what the hub says of it. */
  readonly page?: string;
  /** Of memory, about, while it is used. */
  readonly memoryBytes?: number;
  /** Undefined where nothing was measured that it follows from. */
  readonly speed?: ModelSpeed;
}

/** How the network is reached. What is left out is as the environment says. */
export interface NetworkOptions {
  /** Address of a proxy for all requests; empty for none. */
  readonly proxy?: string;
  /** Hosts that are reached without it, with commas between them. */
  readonly noProxy?: string;
  /** What a proxy is shown as `proxy-authorization`. */
  readonly proxyAuthorization?: string;
  /** Any certificate is taken if it is false. */
  readonly strictCertificates?: boolean;
  /** Whether certificates that the system trusts are, too. */
  readonly systemCertificates?: boolean;
}

/** How far a download or an import has come. Bytes are those of the whole model. */
export interface DownloadProgress {
  readonly file: string;
  readonly doneBytes: number;
  readonly totalBytes: number;
  /** Over the last seconds; 0 before there is anything to tell. */
  readonly bytesPerSecond: number;
  /** Undefined where nothing comes at present. */
  readonly secondsLeft?: number;
}

/**
 * Why a model could not be installed, imported or removed: `cancelled` by the user, `name` of no model here, `busy` elsewhere, `signIn`
 * to the network is missing, `gated` without a fitting token, `missing` at the hub, `network`, a `certificate` that is not trusted,
 * trouble of the `server`'s own, `damaged` content, or the `disk`.
 */
export type StoreProblem =
  | 'cancelled'
  | 'name'
  | 'busy'
  | 'signIn'
  | 'gated'
  | 'missing'
  | 'network'
  | 'certificate'
  | 'server'
  | 'damaged'
  | 'disk';
