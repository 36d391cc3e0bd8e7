// What a session has learnt that is worth keeping over a restart: what passes cost on this machine, which guesses came true in this
// workspace, and the tokens of its files.
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { type KeptFile, readKept, writeKept } from './keptFile.ts';
import type { Speculation } from './speculation.ts';

export interface ExperiencePlaces {
  /** Keeps what passes cost, which others may share. */
  readonly keepCosts: () => Promise<void>;
  /** Folder of what was learnt of the workspace; nothing is kept where it is left out. */
  readonly workspace: string | undefined;
  /** What token ids depend on. */
  readonly version: string;
}

/** Arrays that learning writes to. */
type Memory = readonly (Float64Array | Int32Array | Uint8Array)[];

export class Experience {
  readonly #places: ExperiencePlaces;

  constructor(places: ExperiencePlaces) {
    this.#places = places;
  }

  async recall({ guesses }: Speculation): Promise<void> {
    await recallFrom(this.#fileOf('guesses'), guesses);
  }

  async keep({ guesses }: Speculation): Promise<void> {
    await Promise.all([this.#places.keepCosts(), keepIn(this.#fileOf('guesses'), guesses)]);
  }

  /** Where the texts of the files called `name` are kept. */
  textsOf(name: string): KeptFile | undefined {
    return this.#fileOf(`${createHash('sha256').update(name).digest('hex').slice(0, 16)}.tokens`);
  }

  #fileOf(name: string): KeptFile | undefined {
    const { workspace, version } = this.#places;
    return workspace === undefined ? undefined : { path: join(workspace, name), version };
  }
}

/** Fills `memory` with what is kept, if that is of its shape. */
export async function recallFrom(file: KeptFile | undefined, memory: Memory): Promise<void> {
  const kept = file && (await readKept<Memory>(file));
  if (!kept || kept.length !== memory.length || kept.some(({ length }, at) => length !== memory[at]!.length)) return;
  for (const [at, array] of memory.entries()) array.set(kept[at]!);
}

/** Keeps `memory`. */
export async function keepIn(file: KeptFile | undefined, memory: Memory): Promise<void> {
  if (file !== undefined) await writeKept(file, memory);
}
