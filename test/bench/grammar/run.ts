// The benches of the grammar's corpus by the names that `npm run bench -- --only` knows, each on the corpus that is fetched for them.

import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { repositoryRoot } from '../corpus.ts';
import { benchRecall } from '../monitor/recall.ts';
import { benchAgreement } from './agreement.ts';
import { benchClosure } from './closure.ts';
import { grammarPackageFolder, listGrammarCorpus } from './corpus.ts';
import { benchCost } from './cost.ts';
import { benchEffect } from './effect.ts';
import { benchFuzz } from './fuzz.ts';
import { benchMasks } from './masks.ts';

export interface GrammarOptions {
  /** The editor's names; undefined for all. */
  readonly languages: ReadonlySet<string> | undefined;
  readonly filesPerLanguage: number;
  readonly mutants: number;
  readonly edits: number;
  /** Holes that are answered with the grammar and without. */
  readonly holes: number;
  readonly modelPath: string;
  readonly threads: number;
  readonly seed: number;
  readonly print: (text: string) => void;
}

const parts: Readonly<Record<string, (options: GrammarOptions) => Promise<void>>> = {
  'grammar-closure': benchClosure,
  'grammar-agreement': benchAgreement,
  'grammar-cost': benchCost,
  'grammar-fuzz': benchFuzz,
  'grammar-masks': benchMasks,
  'grammar-effect': benchEffect,
  'monitor-recall': benchRecall,
};

export const grammarParts: readonly string[] = Object.keys(parts);

/** Runs those of `chosen` that are grammar benches. */
export async function runGrammarParts(chosen: ReadonlySet<string>, options: GrammarOptions): Promise<void> {
  const wanted = grammarParts.filter((part) => chosen.has(part));
  if (wanted.length === 0) return;
  const isFetched = (await listGrammarCorpus()).every((entry) => existsSync(grammarPackageFolder(entry)));
  if (!isFetched) {
    const script = path.join(repositoryRoot, 'scripts/fetchGrammarCorpus.ts');
    await promisify(execFile)(process.execPath, ['--import', 'tsx', script], { cwd: repositoryRoot });
  }
  for (const part of wanted) await parts[part]?.(options);
}
