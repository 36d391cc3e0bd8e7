// Drafts put into their documents → errors that the document as it was written did not have, by the grammar's own parser.
import { openGrammar } from '../../../src/constraint/grammar/languages.ts';
import { openSyntax, type Syntax } from '../../../src/constraint/grammar/syntaxTree.ts';
import type { Draft } from '../../../src/protocol/messages.ts';
import { grammarsPath } from '../../support/built.ts';
import type { Item } from '../items.ts';

export type Put = Pick<Draft, 'text' | 'replaces'>;

export class NewErrors {
  readonly #trees = new Map<string, Syntax>();

  async of({ language, prefix, target, suffix }: Item, { text, replaces }: Put): Promise<number> {
    const syntax = await this.#syntax(language);
    const written = syntax.errors(prefix + target + suffix) ?? 0;
    const after = syntax.errors(prefix + text + suffix.slice(replaces)) ?? 0;
    return Math.max(0, after - written);
  }

  /** Errors that the draft brings beyond those of the document at the cursor, where what was written there is not yet. */
  async added({ language, prefix, suffix }: Item, { text, replaces }: Put): Promise<number> {
    const syntax = await this.#syntax(language);
    const before = syntax.errors(prefix + suffix) ?? 0;
    const after = syntax.errors(prefix + text + suffix.slice(replaces)) ?? 0;
    return Math.max(0, after - before);
  }

  dispose(): void {
    for (const syntax of this.#trees.values()) syntax.dispose();
    this.#trees.clear();
  }

  async #syntax(language: string): Promise<Syntax> {
    let syntax = this.#trees.get(language);
    if (syntax === undefined) {
      const grammar = await openGrammar(grammarsPath, language);
      if (grammar === undefined) throw new Error(`there is no grammar of ${language}`);
      syntax = await openSyntax(grammar.wasmPath);
      this.#trees.set(language, syntax);
    }
    return syntax;
  }
}
