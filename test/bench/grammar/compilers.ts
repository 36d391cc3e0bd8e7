// What the languages' own compilers say of a text: TypeScript's parser for TypeScript and JavaScript, CPython's for Python,
// JSON.parse for JSON.

import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import typescript from 'typescript';

const run = promisify(execFile);

/** For every text the first thing the compiler does not like, undefined where there is nothing. */
export type Compiler = (texts: readonly string[]) => Promise<readonly (string | undefined)[]>;

export interface NamedCompiler {
  readonly name: string;
  readonly check: Compiler;
}

/** The compiler of a language, or undefined where there is none here. */
export async function compilerOf(language: string): Promise<NamedCompiler | undefined> {
  const ending = typescriptEndings[language];
  if (ending !== undefined) {
    const check: Compiler = async (texts) => texts.map((text) => typescriptComplaint(text, `file.${ending}`));
    return { name: `typescript ${typescript.version}`, check };
  }
  if (language === 'json') return { name: 'JSON.parse', check: async (texts) => texts.map(jsonComplaint) };
  if (language !== 'python') return undefined;
  const { stdout } = await run('python3', ['-c', 'import platform; print(platform.python_version())']);
  return { name: `CPython ${stdout.trim()}`, check: pythonComplaints };
}

const typescriptEndings: Readonly<Record<string, string>> = {
  typescript: 'ts',
  typescriptreact: 'tsx',
  javascript: 'jsx',
};

function typescriptComplaint(text: string, name: string): string | undefined {
  const file = typescript.createSourceFile(name, text, typescript.ScriptTarget.ESNext);
  const host: typescript.CompilerHost = {
    getSourceFile: (asked) => (asked === name ? file : undefined),
    getDefaultLibFileName: () => 'lib.d.ts',
    writeFile: () => {},
    getCurrentDirectory: () => '/',
    getCanonicalFileName: (each) => each,
    useCaseSensitiveFileNames: () => true,
    getNewLine: () => '\n',
    fileExists: (asked) => asked === name,
    readFile: () => undefined,
  };
  const options = { noLib: true, noResolve: true, allowJs: true, jsx: typescript.JsxEmit.Preserve, types: [] };
  const program = typescript.createProgram([name], options, host);
  const [first] = program.getSyntacticDiagnostics(file);
  return first && typescript.flattenDiagnosticMessageText(first.messageText, ' ');
}

function jsonComplaint(text: string): string | undefined {
  try {
    JSON.parse(text);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message.replace(/ in JSON at.*| at position.*|, ".*/s, '') : String(error);
  }
}

const pythonProgram = `
import ast, json, sys, warnings
warnings.simplefilter('ignore')
with open(sys.argv[1], encoding='utf-8') as file:
    texts = json.load(file)
answers = []
for text in texts:
    try:
        ast.parse(text)
        answers.append(None)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        answers.append(type(error).__name__ + ': ' + str(getattr(error, 'msg', error)))
print(json.dumps(answers))
`;

async function pythonComplaints(texts: readonly string[]): Promise<readonly (string | undefined)[]> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'grammar-'));
  try {
    const file = path.join(folder, 'texts.json');
    await writeFile(file, JSON.stringify(texts));
    const { stdout } = await run('python3', ['-c', pythonProgram, file], { maxBuffer: 2 ** 28 });
    return (JSON.parse(stdout) as (string | null)[]).map((answer) => answer ?? undefined);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
