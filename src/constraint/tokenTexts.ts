// Token ids → the text they spell by themselves, made once for each token that is asked about.
import type { Vocabulary } from '../model/vocabulary.ts';

export class TokenTexts {
  readonly vocabulary: Vocabulary;
  readonly #texts: (string | undefined | null)[] = [];
  readonly #utf8 = new TextDecoder('utf-8', { ignoreBOM: true, fatal: true });

  constructor(vocabulary: Vocabulary) {
    this.vocabulary = vocabulary;
  }

  /** The text of a token; undefined where it begins or ends within a character. Special tokens have none: ''. */
  of(token: number): string | undefined {
    let text = this.#texts[token];
    if (text === undefined) {
      text = this.#decode(token);
      this.#texts[token] = text;
    }
    return text ?? undefined;
  }

  /** The text of tokens in a row, less a character whose last bytes are missing. */
  join(tokens: readonly number[]): string {
    const decoder = this.vocabulary.decoder();
    return tokens.map((token) => decoder.push(token)).join('');
  }

  #decode(token: number): string | null {
    try {
      return this.#utf8.decode(this.vocabulary.bytesOf(token));
    } catch {
      return null;
    }
  }
}
