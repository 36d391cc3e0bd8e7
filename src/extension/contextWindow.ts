// Document and cursor → the text around it that travels to the engine. Reads lines near the cursor only, so the cost
// does not grow with the file, and cuts at line starts so that typing within a line never moves the window.

/** Most UTF-16 units sent from the lines before the cursor's line, and from the cursor's own line. More than the model is shown:
 * language servers have to know the whole document. */
export const prefixUnits = 128 * 1024;
/** Most UTF-16 units sent from the lines after the cursor's line, and from the rest of that line. */
export const suffixUnits = 128 * 1024;
/** A cut window starts at a multiple of this many lines: pressing Enter seldom moves it. */
const startGrain = 32;

/** The part of a document this module needs; lines and characters count from 0. */
export interface Lines {
  readonly lineCount: number;
  lineLength(line: number): number;
  /** Text between two places, with the document's own line ends. */
  slice(startLine: number, startCharacter: number, endLine: number, endCharacter: number): string;
}

export interface ContextWindow {
  readonly prefix: string;
  readonly suffix: string;
  /** Whether the document begins before the prefix, or goes on behind the suffix. */
  readonly prefixIsCut: boolean;
  readonly suffixIsCut: boolean;
}

/** Text on both sides of the cursor, with `\n` line ends whatever the document has. */
export function windowAround(lines: Lines, line: number, character: number): ContextWindow {
  const [startLine, startCharacter] = windowStart(lines, line, character);
  const [endLine, endCharacter] = windowEnd(lines, line, character);
  return {
    prefix: plainLineEnds(lines.slice(startLine, startCharacter, line, character)).replace(/^[\uDC00-\uDFFF]/, ''),
    suffix: plainLineEnds(lines.slice(line, character, endLine, endCharacter)).replace(/[\uD800-\uDBFF]$/, ''),
    prefixIsCut: startLine > 0 || startCharacter > 0,
    suffixIsCut: endLine + 1 < lines.lineCount || endCharacter < lines.lineLength(endLine),
  };
}

function windowStart(lines: Lines, line: number, character: number): readonly [number, number] {
  if (character > prefixUnits) return [line, character - prefixUnits];
  let start = line;
  let units = 0;
  while (start > 0) {
    units += lines.lineLength(start - 1) + 1;
    if (units > prefixUnits) break;
    start -= 1;
  }
  const aligned = Math.ceil(start / startGrain) * startGrain;
  return [aligned <= line - startGrain ? aligned : start, 0];
}

function windowEnd(lines: Lines, line: number, character: number): readonly [number, number] {
  const rest = lines.lineLength(line) - character;
  if (rest > suffixUnits) return [line, character + suffixUnits];
  let end = line;
  let units = 0;
  while (end + 1 < lines.lineCount) {
    units += lines.lineLength(end + 1) + 1;
    if (units > suffixUnits) break;
    end += 1;
  }
  return [end, lines.lineLength(end)];
}

function plainLineEnds(text: string): string {
  return text.includes('\r') ? text.replaceAll('\r\n', '\n') : text;
}
