// Characters that come in parts: where a run of UTF-8 bytes stops being whole characters, and what its last bytes can still
// become (Unicode standard, table 3-7).

/** Bytes of the character that `lead` begins; 0 if no character begins with it. */
function widthOf(lead: number): number {
  if (lead < 0x80) return 1;
  if (lead < 0xc2) return 0;
  if (lead < 0xe0) return 2;
  if (lead < 0xf0) return 3;
  return lead < 0xf5 ? 4 : 0;
}

/** Length of the whole characters in `bytes`; what is left begins one more. Undefined if that is not UTF-8. */
export function completeLength(bytes: Uint8Array): number | undefined {
  let at = 0;
  while (at < bytes.length) {
    const width = widthOf(bytes[at]!);
    if (width === 0) return undefined;
    const end = Math.min(at + width, bytes.length);
    for (let i = at + 1; i < end; i++) if (bytes[i]! >>> 6 !== 0b10) return undefined;
    if (width > 1 && codePointRange(bytes.subarray(at, end)) === undefined) return undefined;
    if (at + width > bytes.length) return at;
    at += width;
  }
  return at;
}

/** First and last code point whose encoding begins with `bytes`, a lead byte of two or more and continuation bytes. */
export function codePointRange(bytes: ArrayLike<number>): { first: number; last: number } | undefined {
  const lead = bytes[0]!;
  const width = widthOf(lead);
  let first = lead & (0x7f >>> width);
  let last = first;
  for (let i = 1; i < width; i++) {
    const given = bytes[i];
    first = (first << 6) | (given === undefined ? 0 : given & 0x3f);
    last = (last << 6) | (given === undefined ? 0x3f : given & 0x3f);
  }
  const least = width === 2 ? 0x80 : width === 3 ? 0x800 : 0x10000;
  if (first < least) first = least;
  if (last > 0x10ffff) last = 0x10ffff;
  if (first >= 0xd800 && first <= 0xdfff) first = 0xe000;
  if (last >= 0xd800 && last <= 0xdfff) last = 0xd7ff;
  return first <= last ? { first, last } : undefined;
}
