// Answers in any of the projects → what compilers say of them.
import type { Facts } from './facts.ts';
import { absolutePath } from './projects.ts';
import { type PythonAnswer, pythonFacts } from './pythonFacts.ts';
import type { PythonSubject, TypescriptSubject } from './subjects.ts';
import { typescriptFacts } from './typescriptFacts.ts';

export async function factsOf<Answer extends PythonAnswer>(
  answers: readonly Answer[],
  typescript: readonly TypescriptSubject[],
  python: readonly PythonSubject[],
): Promise<ReadonlyMap<Answer, Facts>> {
  const facts = new Map<Answer, Facts>();
  const ownOf = (name: string): Answer[] => answers.filter(({ item }) => item.project === name);
  for (const { project, program } of typescript)
    for (const answer of ownOf(project.entry.name)) {
      const { item, shown } = answer;
      facts.set(answer, typescriptFacts(item, shown, program, absolutePath(project, item.path)));
    }
  for (const { project, missingNames } of python) {
    const own = ownOf(project.entry.name);
    const found = await pythonFacts(own, missingNames);
    for (const [number, answer] of own.entries()) facts.set(answer, found[number]!);
  }
  return facts;
}
