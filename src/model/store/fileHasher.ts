// What a file must hold, and whether it does, found while its bytes come by.
import { createHash } from 'node:crypto';

/** SHA-256 of the content, or the id that git gives it: a SHA-1 over its length and the content. In hex. */
export interface Digest {
  readonly kind: 'sha256' | 'gitBlob';
  readonly hex: string;
}

export interface FileHash {
  /** Of the content, in hex. */
  readonly sha256: string;
  /** Whether the content is the one that was wanted. */
  readonly isRight: boolean;
}

/** Takes the bytes of a file of `bytes` bytes in their order. */
export class FileHasher {
  readonly #sha256 = createHash('sha256');
  readonly #gitBlob = createHash('sha1');
  readonly #digest: Digest;

  constructor(digest: Digest, bytes: number) {
    this.#digest = digest;
    this.#gitBlob.update(`blob ${bytes}\0`);
  }

  update(bytes: Uint8Array): void {
    this.#sha256.update(bytes);
    if (this.#digest.kind === 'gitBlob') this.#gitBlob.update(bytes);
  }

  /** To be called once, at the end. */
  finish(): FileHash {
    const sha256 = this.#sha256.digest('hex');
    const found = this.#digest.kind === 'sha256' ? sha256 : this.#gitBlob.digest('hex');
    return { sha256, isRight: found === this.#digest.hex };
  }
}
