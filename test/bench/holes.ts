// Cuts evaluation holes out of source files: deterministic for a seed, at character positions (inside tokens too, as typing
// does), spread evenly over the packages the files come from.

import type { SourceFile } from './corpus.ts';
import { type HoleKind, holeKinds, type Item } from './items.ts';
import { maskPython, pythonSites } from './pythonText.ts';
import { type Random, seededRandom } from './random.ts';
import { codeLines, type Site } from './sites.ts';
import { maskTypescript, parseTypescript, typescriptSites } from './typescriptText.ts';

/** A hole ends at least this many characters after a random start in a line. */
const minimumTargetCharacters = 4;
/** No two holes of one kind share a file more often than this. */
const maximumPerFile = 4;

export interface HoleOptions {
  readonly seed: number;
  /** How many holes of each kind; fewer come back when the files do not hold that many. */
  readonly counts: Readonly<Partial<Record<HoleKind, number>>>;
}

/** Every place in `file` where a hole may be cut. A line's place is a random one among its characters. */
function sitesOf(file: SourceFile, random: Random): Site[] {
  let mask: string;
  let sites: Site[];
  if (file.language === 'python') {
    mask = maskPython(file.text);
    sites = pythonSites(file.text, mask);
  } else {
    const parsed = parseTypescript(file.text, file.path);
    mask = maskTypescript(parsed);
    sites = typescriptSites(parsed);
  }
  for (const line of codeLines(file.text, mask)) {
    const start = random.integer(line.start, line.end - minimumTargetCharacters);
    if (!splitsCharacter(file.text, start)) sites.push({ kind: 'line', start, end: line.end });
  }
  return sites;
}

/** Whether `at` lies between the two halves of a surrogate pair. */
export function splitsCharacter(text: string, at: number): boolean {
  return /^[\uD800-\uDBFF][\uDC00-\uDFFF]/.test(text.slice(at - 1, at + 1));
}

function toItem(file: SourceFile, site: Site): Item {
  return {
    id: `${file.path}:${site.start}:${site.kind}`,
    path: file.path,
    language: file.language,
    prefix: file.text.slice(0, site.start),
    suffix: file.text.slice(site.end),
    kind: site.kind,
    target: file.text.slice(site.start, site.end),
    ...(site.kind === 'block' ? { multiline: 'block' as const } : {}),
  };
}

/** Holes of `files`, kind after kind. The same files and options give the same holes. */
export function cutHoles(files: readonly SourceFile[], options: HoleOptions): Item[] {
  const random = seededRandom(options.seed);
  const groups = new Map<string, SourceFile[]>();
  for (const file of files) groups.set(file.group, [...(groups.get(file.group) ?? []), file]);
  const order = [...groups.keys()].sort().map((group) => random.shuffled(groups.get(group) as SourceFile[]));
  const sites = new Map<SourceFile, Site[]>();
  const items: Item[] = [];
  for (const kind of holeKinds) {
    const wanted = options.counts[kind] ?? 0;
    if (wanted === 0) continue;
    const queues = order.map((group) => holesOfGroup(group, kind, random, sites));
    const cut: Item[] = [];
    for (let progressed = true; progressed && cut.length < wanted; ) {
      progressed = false;
      for (const queue of queues) {
        const next = cut.length < wanted ? queue.next() : undefined;
        if (next === undefined || next.done) continue;
        cut.push(next.value);
        progressed = true;
      }
    }
    items.push(...cut);
  }
  return items;
}

/** Holes of one kind and one package, each round over its files taking one more from every file. */
function* holesOfGroup(
  files: readonly SourceFile[],
  kind: HoleKind,
  random: Random,
  known: Map<SourceFile, Site[]>,
): Generator<Item, undefined> {
  const queues = new Map<SourceFile, Site[]>();
  for (let round = 0; round < maximumPerFile; round += 1) {
    for (const file of files) {
      let queue = queues.get(file);
      if (queue === undefined) {
        const all = known.get(file) ?? sitesOf(file, random);
        known.set(file, all);
        queue = random.shuffled(all.filter((site) => site.kind === kind));
        queues.set(file, queue);
      }
      const site = queue[round];
      if (site !== undefined) yield toItem(file, site);
    }
  }
  return undefined;
}
