// What is asked of whoever knows the project, and what comes back: the names that can stand at a place, and the parameters of the
// call around it. An answer is a fact about one text; no answer (`undefined`) is always allowed and means that nothing is known.
import type { DocumentPlace, TextChange } from '../protocol/messages.ts';

/**
 * What a name stands for at its place: a member of what is before it, something that can be constructed, an exported name in an
 * import, the text of a string of which just some are possible, or any name in sight.
 */
export type NameSite = 'member' | 'constructed' | 'imported' | 'string' | 'scope';

/** A place in a document whose text need not be what is on disk or in an editor. */
export interface Place {
  readonly document: DocumentPlace;
  /** The editor's name of the language. */
  readonly language: string;
  /** The whole document with `\n` line ends, less the name at the place: what stands before it and behind it. */
  readonly before: string;
  readonly after: string;
  /** Whether `before` and `after` go to the start and the end of the document; of a part of it just the editor knows more. */
  readonly isWhole: boolean;
  /** UTF-16 units that the document has between `before` and the cursor; below 0 where `before` goes on behind the cursor. */
  readonly typed: number;
}

/** A name that can stand at a place. */
export interface Name {
  readonly text: string;
  /** `CompletionItemKind` of the language server protocol; 0 where it is not said. */
  readonly kind: number;
  readonly detail: string | undefined;
  /** Module that an import has to be added from; undefined where the name is in sight. */
  readonly importedFrom: string | undefined;
}

export interface Names {
  readonly names: readonly Name[];
  /** Whether no other name can stand there: the list is whole, and the receiver takes no names beyond those it declares. */
  readonly isClosed: boolean;
}

/** One way to call what is called at a place. */
export interface Signature {
  /** Arguments without which the call is wrong, and how many it takes at most; `Infinity` where it takes any number. */
  readonly least: number;
  readonly most: number;
  /** Names that arguments may have; undefined where any is taken. */
  readonly keywords: readonly string[] | undefined;
}

export interface Call {
  readonly signatures: readonly Signature[];
  /** Argument at the place, from 0. */
  readonly argument: number;
}

/** Answers come at any time, or never; who asks says when it waits no longer. Nothing here rejects. */
export interface Oracle {
  /** Whether an answer about documents of this kind can be expected at all. */
  knows(document: DocumentPlace, language: string): boolean;
  /** Whether it has answered about documents of this kind before: who is only being started takes seconds. */
  hasAnswered(document: DocumentPlace, language: string): boolean;
  names(place: Place, site: NameSite, signal: AbortSignal): Promise<Names | undefined>;
  call(place: Place, signal: AbortSignal): Promise<Call | undefined>;
  /** The edits that bring a name into sight that can be imported, from one module alone; undefined where there are none. */
  importOf(place: Place, name: string, signal: AbortSignal): Promise<readonly TextChange[] | undefined>;
  /** Ends whatever was started to know. */
  dispose(): void;
}
