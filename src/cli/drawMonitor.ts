// What is known of the names at a place, as lines of text.
import type { MonitorReport } from './monitor.ts';

export function drawMonitor({
  language,
  coverage,
  site,
  typed,
  answerMs,
  known,
  names,
  drafts,
  forced,
  kept,
  cut,
}: MonitorReport): string {
  const rows: [string, string][] = [
    ['language', language],
    ['coverage', coverages[coverage]],
  ];
  if (coverage === 'on') rows.push(['here', site === undefined ? 'no name is held to anything' : sites[site]]);
  if (typed !== '') rows.push(['typed', JSON.stringify(typed)]);
  if (site !== undefined) rows.push(['answer', answer(known, answerMs)]);
  if (known !== undefined) rows.push(['kept', `${percent(kept)} of what the model would say`]);
  if (drafts.length > 0) rows.push(['proposed', drafts.map(({ text }) => text).join(', ')]);
  if (forced !== '') rows.push(['must follow', JSON.stringify(forced)]);
  const width = Math.max(...rows.map(([label]) => label.length));
  const lines = rows.map(([label, text]) => `${label.padEnd(width)}  ${text}`);
  const nameWidth = Math.max(0, ...names.map(({ text }) => text.length));
  const named = names.map(({ text, probability, importedFrom, detail }) => {
    const about = importedFrom === undefined ? (detail ?? '') : `from ${importedFrom}`;
    return `${percent(probability).padStart(width)}  ${text.padEnd(nameWidth)}  ${about}`.trimEnd();
  });
  const cuts = cut.map(
    ({ text, probability }) => `${percent(probability).padStart(width)}  ${JSON.stringify(text)}  cut`,
  );
  return [lines, named, cuts]
    .filter((block) => block.length > 0)
    .map((block) => block.join('\n'))
    .join('\n\n');
}

const coverages: Readonly<Record<MonitorReport['coverage'], string>> = {
  on: 'on: names are held to what the project has',
  none: 'none: no language server is known for this language here, or it may not be started (--trust on)',
  unsure: 'unsure: the file is damaged here, so names are not held to anything',
  off: 'off',
};

const sites: Readonly<Record<NonNullable<MonitorReport['site']>, string>> = {
  member: 'a member of what stands before it',
  constructed: 'something that can be constructed',
  imported: 'a name that the module exports',
  string: 'one of the strings that are possible',
  scope: 'a name in sight',
};

function answer(known: MonitorReport['known'], answerMs: number | undefined): string {
  if (known === undefined) return 'none: any name may stand here';
  const others = known.isClosed ? 'no others' : 'others are possible, so any name may stand here';
  return `${known.count} names, ${others}, after ${Math.round(answerMs ?? 0)} ms`;
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
