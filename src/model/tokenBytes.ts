// GPT-2's byte alphabet: every byte is written as one printable character, so that tokens can be spelt in JSON.

/** Character codes below this may be in the alphabet: 188 printable bytes stand for themselves, 68 follow at 256. */
const alphabetEnd = 256 + 68;

const byteOfCode = new Int16Array(alphabetEnd).fill(-1);
let next = 256;
for (let byte = 0; byte < 256; byte++) byteOfCode[isPrintable(byte) ? byte : next++] = byte;

function isPrintable(byte: number): boolean {
  return (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae;
}

/** The byte a character of the alphabet stands for, -1 if it is none. */
export function byteOfAlphabet(code: number): number {
  return byteOfCode[code] ?? -1;
}
