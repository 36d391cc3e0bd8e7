// A cursor that was moved and rests → a call about it, taken back when it moves again or something is typed.

/** Work that can be taken back. */
interface Work {
  cancel(): void;
}

export class RestingCursor<Editor> {
  readonly #whenAtRest: (run: () => void) => () => void;
  readonly #read: (editor: Editor) => Work | undefined;
  #stop = (): void => {};

  /**
   * @param whenAtRest calls back some time later, unless the function that it returns is called first
   * @param read is told of a cursor at rest
   */
  constructor(whenAtRest: (run: () => void) => () => void, read: (editor: Editor) => Work | undefined) {
    this.#whenAtRest = whenAtRest;
    this.#read = read;
  }

  /** The cursor of this editor is somewhere else now; of none: it was left. */
  moved(editor: Editor | undefined): void {
    this.stop();
    if (editor === undefined) return;
    const stopWaiting = this.#whenAtRest(() => {
      const work = this.#read(editor);
      this.#stop = () => work?.cancel();
    });
    this.#stop = stopWaiting;
  }

  /** Something is typed, or asked for: that is answered first. */
  stop(): void {
    this.#stop();
    this.#stop = () => {};
  }
}
