// What the benches of proposals have in common: holes as a day of work has them, one package after another, and engines that know
// different things of it.
import path from 'node:path';
import { gather } from '../../../src/context/gather.ts';
import type { PassCost } from '../../../src/draft/passCost.ts';
import type { SourceName } from '../../../src/draft/source.ts';
import { renderPrompt } from '../../../src/engine/complete.ts';
import type { Session } from '../../../src/engine/session.ts';
import { Speculation } from '../../../src/engine/speculation.ts';
import { readCorpus, type SourceFile } from '../corpus.ts';
import { cutHoles } from '../holes.ts';
import type { Item } from '../items.ts';

export interface BenchOptions {
  /** Holes, or cursors. */
  readonly holes: number;
  readonly modelPath: string;
  readonly threads: number;
  readonly seed: number;
  readonly print: (text: string) => void;
}

/** The holes of one package, a file after another, and all its files. */
export interface Workspace {
  readonly files: readonly SourceFile[];
  readonly items: readonly Item[];
}

/** Ends of lines and blocks, half of each. */
export async function cutWork({ holes, seed }: BenchOptions): Promise<Workspace[]> {
  const { files } = await readCorpus();
  const counts = { line: Math.round(holes / 2), block: Math.round(holes / 2), member: 0, call: 0 };
  const items = cutHoles(files, { seed, counts }).sort((one, other) => (one.path < other.path ? -1 : 1));
  return groups(files).map((group) => {
    const paths = new Set(group.map(({ path }) => path));
    return { files: group, items: items.filter(({ path }) => paths.has(path)) };
  });
}

function groups(files: readonly SourceFile[]): SourceFile[][] {
  return [...new Set(files.map(({ group }) => group))].map((group) => files.filter((file) => file.group === group));
}

/** A way to propose; each learns from its own past alone, and the cost of rows from all, unless it is for another device. */
export interface Variant {
  readonly name: string;
  readonly speculation: Speculation;
  /** Whether files that were not opened are known. */
  readonly hasWorkspace: boolean;
}

export function variant(
  { tokenizer, model, speculation: { cost } }: Session,
  name: string,
  sources: readonly SourceName[],
  hasWorkspace: boolean,
  device: { readonly cost: PassCost; readonly width?: number } = { cost },
): Variant {
  const speculation = new Speculation(tokenizer, model.config.vocabulary, device.cost, device.width);
  speculation.sources = new Set(sources);
  return { name, speculation, hasWorkspace };
}

/** The files of the workspace were read by those that read them. */
export function openWorkspace(
  { tokenizer }: Session,
  variants: readonly Variant[],
  files: readonly SourceFile[],
): void {
  for (const { path, text } of files) {
    const tokens = tokenizer.encode(text);
    for (const { speculation, hasWorkspace } of variants) if (hasWorkspace) speculation.learnFile(path, tokens);
  }
}

/** Prompt budgets, a half of the product's. */
export const budget = { prefixTokens: 512, suffixTokens: 128 } as const;

/** Tokens of the prompt for a hole. */
export function promptOf(session: Session, { path: file, language, prefix, suffix }: Item): readonly number[] {
  const request = { path: file, language, prefix, suffix, ...budget };
  return renderPrompt(session, gather(request), request).tokens;
}

/** What llama.cpp loads of a model. */
export function ggufOf(modelPath: string): string {
  return modelPath.endsWith('.gguf') ? modelPath : path.join(modelPath, 'model.gguf');
}
