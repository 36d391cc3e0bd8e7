// Where a completion ends. Models seldom end a hole themselves: they run on into the text after the cursor and reproduce it,
// so the rules look for that text, for the end of the block, and for caps. All of them work on text, a line at a time.

/** What the rules need to know of the place being completed. */
export interface StopContext {
  readonly reach: 'line' | 'block';
  /** The cursor's line up to the cursor. */
  readonly lineStart: string;
  /** Whether that line opens a block that the completion fills. */
  readonly opensBlock: boolean;
  /** First line after the cursor's own that is not blank; undefined at the end of the file. */
  readonly nextLine: string | undefined;
  readonly maxLines: number;
}

/**
 * The length at which `text`, the completion so far, ends; undefined while it may go on.
 * Rules: end of the line (reach `line`); a line that repeats the next line of the document; a blank line; a line indented
 * less than the block; the line that closes the block, kept; the cap on lines.
 */
export function stopAt(text: string, context: StopContext): number | undefined {
  const firstBreak = text.indexOf('\n');
  if (firstBreak < 0) return undefined;
  if (context.reach === 'line') return firstBreak;

  const base = indentation(context.lineStart);
  // where nothing stands on the cursor's line and nothing was said on it yet, a line break is part of reaching the block
  let said = text.slice(0, firstBreak).trim() !== '';
  let lines = 1;
  for (let start = firstBreak + 1; ; lines++) {
    const lineBreak = text.indexOf('\n', start);
    const complete = lineBreak >= 0;
    const line = complete ? text.slice(start, lineBreak) : text.slice(start);
    const before = start - 1;
    if (line.trim() === '') {
      if (!complete) return undefined;
      if (said) return before;
    } else {
      if (lines >= context.maxLines) return before;
      const depth = indentation(line);
      if (depth.length < base.length) return before;
      if (complete && context.nextLine !== undefined && line.trimEnd() === context.nextLine.trimEnd()) return before;
      if (context.opensBlock && depth.length <= base.length) {
        if (!startsWithCloser(line)) return before;
        if (complete) return lineBreak;
      }
      said = true;
    }
    if (!complete) return undefined;
    start = lineBreak + 1;
  }
}

const indentation = (line: string): string => /^[ \t]*/.exec(line)![0];

const startsWithCloser = (line: string): boolean => /^\s*[)\]}]/.test(line);
