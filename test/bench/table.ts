// Draws rows as aligned text: the first column to the left, the others to the right.

export function drawTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [header, ...rows];
  const widths = header.map((_, column) => Math.max(...all.map((row) => [...(row[column] ?? '')].length)));
  const draw = (row: readonly string[]): string =>
    widths
      .map((width, column) => {
        const cell = row[column] ?? '';
        const space = ' '.repeat(width - [...cell].length);
        return column === 0 ? cell + space : space + cell;
      })
      .join('   ')
      .trimEnd();
  return [draw(header), widths.map((width) => '─'.repeat(width)).join('───'), ...rows.map(draw)].join('\n');
}

/** A number with so many decimals, or a dash where there is none. */
export function decimal(value: number | undefined, decimals = 1): string {
  return value === undefined || Number.isNaN(value) ? '–' : value.toFixed(decimals);
}
