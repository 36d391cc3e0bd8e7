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
  /** `owner/name` at the hub, and a branch, tag or commit there. The embedded model has neither. */
  readonly repository?: string;
  readonly revision?: string;
  /** Left out where they are the safetensors files that the repository turns out to have. */
  readonly files?: readonly CatalogueFile[];
}

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
