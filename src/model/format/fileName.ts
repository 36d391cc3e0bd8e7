// Which names from a manifest, an index or a hub may become files.

const longest = 200;
/** Names that Windows gives to devices, with any extension. */
const device = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;

/**
 * Whether `name` is that of a file in the folder at hand, on every platform: it leads to no other folder and is no device. Letters,
 * digits, `.`, `_` and `-`, the first a letter or digit.
 */
export function isPlainFileName(name: string): boolean {
  return name.length <= longest && /^[A-Za-z0-9][\w.-]*$/.test(name) && !name.endsWith('.') && !device.test(name);
}
