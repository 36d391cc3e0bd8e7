// C's classes of wide characters for scanners, as web-tree-sitter's C library (musl, Unicode) answers them whatever the locale:
// grammars are linked against it, so other tables, JavaScript's among them, would tokenise other files. The runs below are what
// its iswalpha, towupper and towlower say over all code points; a test holds them against it.

/** Letters: each item is the distance from the last run's end to the first of a run, and how much further the run goes, in base 36. */
const letterRuns =
  '1t-p 7-p 1c b 5 6-m 2-u 2-cp 5-b f-4 8 2 2f 17-4 2-1 3-3 2 7 2-2 2 2-j 2-2a 2-3u 9-4l 2-11 3 7-14 14-d 2 2-1 2-1 ' +
  '2 9-q 5-3 u-a 6-1j 2-g 5-2t 2-7 5-7 5-f 3 h-1b e-2s f-16 a-1 5 6-n 3-i k-o 8-a 1i-k 2-7 n-b 4-6 7-23 2-f 2-2 5-e ' +
  '3-9 2-i 2-7 3-1 3-l 2-6 2 4-3 4-7 3-1 3-1 2 9 5-1 2-4 3-b b 5-2 2-5 5-1 3-l 2-6 2-1 2-1 2-1 5-4 5-1 3-1 5 8-3 2 ' +
  '8-f c-2 2-8 2-2 2-l 2-6 2-1 2-4 4-8 2-2 2-1 4 g-3 3-9 a-3 5-2 2-7 3-1 3-l 2-6 2-1 2-4 4-7 3-1 3-1 a-1 5-1 2-4 ' +
  '3-9 2 h-1 2-5 4-2 2-3 4-1 2 2-1 4-1 4-2 4-b 5-4 4-2 2-2 4 7 f-9 h-3 2-7 2-2 2-m 2-f 4-7 2-2 2-2 9-1 2-2 6-3 3-9 ' +
  'h-3 2-7 2-2 2-m 2-9 2-4 4-7 2-2 2-2 9-1 8 2-3 3-9 2-1 e-3 2-7 2-2 2-14 3-7 2-2 2-2 2 6-3 8-4 3-9 b-5 3-1 2-h 4-n ' +
  '2-8 2 3-6 9-5 2 2-7 7-9 3-1 e-19 2-a 6-5 8 3-9 14-1 2 2-4 2-n 2 2-i 2-2 3-4 2 7 3-9 3-3 x w-9 n-7 2-z 5-g 7-f ' +
  '2-z 1w-1i 2 3-e 7-25 3-11 2 6 3-16 2-98 2-3 3-6 2 2-3 3-14 2-3 3-w 2-3 3-6 2 2-3 3-e 2-1k 2-3 3-1u 12-f h-2d 3-5 ' +
  '4-h7 3-g 2-p 6-22 4-a 8-c 2-5 d-j d-j d-c 2-2 2-1 d-1f 3-i f 5 4-9 13-9 7-2g 8-16 6-1x b-u 2-b 5-8 e-13 3-4 c-17 ' +
  '5-p 7-9 13-r 5-1q 3-j c-9 7-9 e 2h-1f 2-e 2-6 5-9 13-15 3-1l 2-a f-1i a-9 4-1c 3-8 8-16 3-2 16-3 2-5 2-1 4 6-5b ' +
  '14-d c-7p 3-5 3-11 3-5 3-7 2 2 2 2-u 3-1g 2-6 2 4-2 2-6 4-3 3-5 5-c 6-2 2-6 39 e h-c 2u 5 3-9 2 4-4 7 2 2 2-3 ' +
  '2-a 3-3 6-4 5 i-14 mm-1f 1ef-1a 2-1a 2-3o 7-3 4-1 d-11 2 6 3-1j 8 h-m a-6 2-6 2-6 2-6 2-6 2-6 2-6 2-6 2-v 1c ' +
  'd2-2 q-8 8-4 3-4 5-2d 7-2 2-2h 2-3 6-16 2-2l i-q 1i-f e9-52t 23-g6n h-wc 1w-19 3-7g 4-r l-1a 6-7 4-34 14-8 3-2u ' +
  '3-1g 3-4 1d-e 2-w p-1f d-1v 2 b-9 p-5 4 2-19 6-y e-s 4-1e 2-b g-a 7-u 2-1i a-d 3-9 7-m 4-1w 2 2 p-2 3-f 3-3 c-5 ' +
  '3-5 3-5 a-6 2-6 2-16 2-b 9-3e 6-9 7-8mb d-m 5-1c 6it-a5 3-2x 13-6 d-4 6-b 2-c 2-4 2 2-1 2-1 2-2z y-a2 j-1r 3-1h ' +
  '15-b 39-4 2-3q k-9 8-p 7-p c-2g 4-5 3-5 3-5 3-2 10-b 2-p 2-i 2-1 2-e 3-d z-3e 1y-1g 7g-s 4-1c 1c-v e-t 6-16 6-t ' +
  '3-z 5-7 2-4 17-4d 3-9 7-z 5-z 5-13 9-1f 4d-8m a-l b-7 49-5 3 2-17 2-1 4 3-m b-m a-u 1u-i 2-1 b-l b-p 1z-1j 7-1 ' +
  '1t-3 2-1 6-7 2-2 2-s 17-s 4-s 10-7 2-r s-1h b-l b-i e-h 33-20 1k-1e e-1e e-13 9-9 cn-s b 9-l 4b-m a-1x x-9 j-1i ' +
  'o-o 8-9 7-1e 4-9 5-2 a-y 4 a-1r 2-3 c-a 2 10-h 2-x 3 7 1u-6 2 2-3 2-e 2-9 8-1k 8-9 7-3 2-7 3-1 3-l 2-6 2-1 2-4 ' +
  '4-7 3-1 3-1 4 7 6-6 4d-1t 2-2 2-3 6-9 6 x-1t 3-1 2 9-9 4n-1h 3-6 q-5 z-1q 2 4 c-9 13-1h 3 8-9 1j-q 3-d 6-9 5j-1k ' +
  '2w-21 m 4h-7 3-19 3-5 2 2-1 s-1e 3-9 i-1z 6 z-1k 7c-8 2-18 2-6 2 g-9 p-t 3-l 2-d 22-6 2-1 2-17 4 2-1 2-2 2 3-1 ' +
  '9-9 7-5 2-1 2-10 2-1 2-3 2 8-9 8n-m 7e-pl 2v-32 i-5f 24d-tq 34i-g6 6nu-fs 8-u 2-9 2v-t j-1b h-3 d-9 a-k 6-i ' +
  'j5-1r 3l-22 5-1k 8-g 1t-1 2 t-4qf 9-ky 7bi-7y 1e-2 i-3 9-az 1s5-2y 6-c 4-8 8-9 5 4ma-2c 2-1y 2-1 3 3-1 3-3 2-b 2 ' +
  '2-6 2-1s 2-3 3-7 2-6 2-r 2-3 2-4 2 4-6 2-9f 3-o 2-o 2-u 2-o 2-u 2-o 2-u 2-o 2-u 2-o 2-7 3-1d 1kx-6 2-g 3-6 2-1 ' +
  '2-4 5y-18 b-6 3-9 5 aa-17 5-9 zr-5g 1o-1v 4 4 5-9 x3-3 2-q 2-1 2 3 2-9 2-3 2 2 7 5 2 2 2-2 2-1 2 3 2 2 2 2 2-1 2 ' +
  '3-3 2-6 2-3 2-3 2 2-9 2-g 6-2 2-4 2-g hh-p 7-p 7-p 2uv-1ekd';

/** Case pairs: distance to a run, its extent (`-` every code point, `:` every second), and how far below or above the other case is. */
const upperRuns =
  '2p-p<w 1n>kn 16>5vj 1-m<w 2-6<w 1>3d 2:1a<1 2<6g 2:4<1 3:e<1 3:18<1 3:4<1 1<8c 1>5f 3:2<1 3<1 4<1 6<1 3>2p 4<1 ' +
  '1>4j 4>3m 3:4<1 3<1 5<1 3<1 4:2<1 3<1 4<1 2>1k 6<1 1<2 2<1 1<2 2<1 1<2 2:e<1 1<27 2:g<1 3<1 1<2 2<1 4:12<1 4:g<1 ' +
  '9<1 3-1>8cf 2<1 5:8<1 1>8bj 1>8bg 1>8bi 1<5u 1<5q 2-1<5p 2<5m 2<5n 1>wnj 4<5p 1>wnf 2<5r 2>wmg 1>wn8 2<5t 1<5v ' +
  '1>wn8 1>8af 1>wn5 3<5v 2>8al 1<5x 3<5y 8>89z 3<62 2>wn7 1<62 4>wmi 1<62 1<1x 1-1<61 1<1z 6<63 b>wlx 1>wlu 4n>2c ' +
  '18:2<1 4<1 4-2>3m 1b<12 1-2<11 2-g<w 1<v 1-8<w 1<1s 1-1<1r 2<1q 1<1l 4<1b 1<1i 1<8 2:m<1 1<2e 1<28 1>7 1<38 2<2o ' +
  '3<1 3<1 1h-v<w 1-f<28 2:w<1 a:1g<1 3:c<1 1<f 2:2m<1 1e-11<1c 28a-16>2bk 3-2>2bk l5-5<8 1oj<4tq 1<4tp 1<4tg ' +
  '1-1<4te 1<4tf 1<4t8 1<4rp 1>r7m 6p>r9g 4>2xy h>raw 37:44<1 6<1n 6:2m<1 1-7>8 9-5>8 b-7>8 9-7>8 9-5>8 c:6>8 9-7>8 ' +
  '9-1>22 1-3>2e 1-1>2s 1-1>3k 1-1>34 1-1>3i 3-7>8 9-7>8 9-7>8 9-1>8 2>9 b<5k5 5>9 d-1>8 f-1>8 4>7 e>9 9n<s y-f<g ' +
  '5<1 23w-1a<1c 3<1 4<8bv 1<8bs 2:4<1 7<1 3<1 b:2q<1 9:2<1 5<1 d-11<5ls 2<5ls 6<5ls nx0:18<1 k:q<1 3s:c<1 4:1o<1 ' +
  'b:2<1 3:8<1 5<1 5:2<1 1>1c 3:i<1 c:a<1 4<1 pc<ps t-27<tzk ghu-p<w y6-13<14 3t-z<14 1j9-1e<1s 2by-v<w gw1-v<w ' +
  'o83-x<y';
const lowerRuns =
  '1t-p>w 2u-m>w 2-6>w y:1a>1 2<5j 2:4>1 3:e>1 3:18>1 2<3d 1:4>1 4>5u 1:2>1 2>5q 1>1 2-1>5p 1>1 3>27 1>5m 1>5n 1>1 ' +
  '2>5p 1>5r 2>5v 1>5t 1>1 4>5v 1>5x 2>5y 1:4>1 2>62 1>1 2>62 3>1 2>62 1>1 2-1>61 1:2>1 2>63 1>1 4>1 8>2 1>1 2>2 ' +
  '1>1 2>2 1:g>1 3:g>1 3>2 1:2>1 2<2p 1<1k 1:12>1 2<3m 2:g>1 8>8bv 1>1 2<4j 1>8bs 3>1 2<5f 1>1x 1>1z 1:8>1 82:2>1 ' +
  '4>1 9>38 7>12 2-2>11 2>1s 2-1>1r 2-g>w 2-8>w 10>8 9:m>1 6<1o 3>1 2<7 1>1 3-2<3m 1-f>28 1-v>w 1d:w>1 a:1g>1 2>f ' +
  '1:c>1 3:2m>1 3-11>1c 28a-11>5ls 2>5ls 6>5ls k3-27>tzk 1-5>8 1p7-16<2bk 3-2<2bk 8x:44>1 a<5vj 2:2m>1 a-7<8 9-5<8 ' +
  'b-7<8 9-7<8 9-5<8 c:6<8 9-7<8 p-7<8 9-7<8 9-7<8 9-1<8 1-1<22 1<9 c-3<2e 1<9 c-1<8 1-1<2s d-1<8 1-1<34 1<7 c-1<3k ' +
  '1-1<3i 1<9 8a<5st 4<6gv 1<6di 7>s 1a-f>g k>1 22l-1a>1c 1e>1 2<8af 1<2xy 1<89z 3:4>1 2<8bg 1<8al 1<8bj 1<8bi 2>1 ' +
  '3>1 9-1<8cf 1:2q>1 9:2>1 5>1 nym:18>1 k:q>1 3s:c>1 4:1o>1 b:2>1 2<r9g 1:8>1 5>1 2<wmg 3:2>1 4:i>1 2<wn8 1<wnj ' +
  '1<wnf 1<wn5 1<wn8 2<wlu 1<wmi 1<wlx 1>ps 1:a>1 4>1 2<1c 1<wn7 1<raw h97-p>w xy-13>14 3t-z>14 1il-1e>1s 2cu-v>w ' +
  'gw1-v>w o81-x>y';

/** First and last code point of each run, ascending. */
const letters = decodeLetters();
/** Both are built when first needed: only the grammars of HTML and Ruby ask for case. */
let upper: Map<number, number> | undefined;
let lower: Map<number, number> | undefined;

export function isWideSpace(code: number): boolean {
  if (code < 0x80) return code === 0x20 || (code >= 9 && code <= 13);
  if (code < 0x2000) return code === 0x85;
  return (
    (code <= 0x200a && code !== 0x2007) || code === 0x2028 || code === 0x2029 || code === 0x205f || code === 0x3000
  );
}

export function isWideLetter(code: number): boolean {
  if (code < 0x80) return (code | 0x20) >= 0x61 && (code | 0x20) <= 0x7a;
  let low = 0;
  let high = letters.length >> 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (letters[2 * middle + 1]! < code) low = middle + 1;
    else high = middle;
  }
  return code >= (letters[2 * low] ?? Number.POSITIVE_INFINITY);
}

export const isWideDigit = (code: number): boolean => code >= 0x30 && code <= 0x39;

export const isWideHexDigit = (code: number): boolean =>
  isWideDigit(code) || ((code | 0x20) >= 0x61 && (code | 0x20) <= 0x66);

export function toWideUpper(code: number): number {
  upper ??= decodeCases(upperRuns);
  return upper.get(code) ?? code;
}

export function toWideLower(code: number): number {
  lower ??= decodeCases(lowerRuns);
  return lower.get(code) ?? code;
}

function decodeLetters(): Uint32Array {
  let last = 0;
  const bounds = letterRuns.split(' ').flatMap((run) => {
    const [distance, extent = '0'] = run.split('-');
    const first = last + Number.parseInt(distance!, 36);
    last = first + Number.parseInt(extent, 36);
    return [first, last];
  });
  return Uint32Array.from(bounds);
}

function decodeCases(runs: string): Map<number, number> {
  const cases = new Map<number, number>();
  let last = 0;
  for (const run of runs.split(' ')) {
    const [, distance, step, extent = '0', sign, difference] = /^(\w+)(?:([-:])(\w+))?([<>])(\w+)$/.exec(run)!;
    const first = last + Number.parseInt(distance!, 36);
    last = first + Number.parseInt(extent, 36);
    const shift = Number.parseInt(difference!, 36) * (sign === '<' ? -1 : 1);
    for (let code = first; code <= last; code += step === ':' ? 2 : 1) cases.set(code, code + shift);
  }
  return cases;
}
