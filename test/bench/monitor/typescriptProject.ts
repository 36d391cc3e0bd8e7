// A TypeScript project whose files can be replaced one at a time: what the checker says of an edited file costs that file.

import path from 'node:path';
import ts from 'typescript';

export interface TypescriptProjectOptions {
  readonly folder: string;
  readonly rootNames: readonly string[];
  readonly compilerOptions: ts.CompilerOptions;
  /** Files that are not on disk, by absolute path. */
  readonly texts?: ReadonlyMap<string, string>;
}

/** A file with its text in a program, and that program's checker. */
export interface Checked {
  readonly source: ts.SourceFile;
  readonly checker: ts.TypeChecker;
}

/** An error of a file, without its place, so that it is the same error when lines have moved. */
export type ErrorText = string;

export class TypescriptProject {
  readonly #service: ts.LanguageService;
  readonly #texts: Map<string, string>;
  readonly #versions = new Map<string, number>();
  /** The one file whose text is not the project's own. */
  #edited: { readonly file: string; readonly original: string | undefined } | undefined;
  readonly #originalErrors = new Map<string, readonly ErrorText[]>();

  constructor({ folder, rootNames, compilerOptions, texts }: TypescriptProjectOptions) {
    this.#texts = new Map(texts);
    const readFile = (file: string): string | undefined => this.#texts.get(file) ?? ts.sys.readFile(file);
    const host: ts.LanguageServiceHost = {
      getCompilationSettings: () => compilerOptions,
      getScriptFileNames: () => [...rootNames],
      getScriptVersion: (file) => String(this.#versions.get(file) ?? 0),
      getScriptSnapshot: (file) => {
        const text = readFile(file);
        return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text);
      },
      getCurrentDirectory: () => folder,
      getDefaultLibFileName: (settings) => ts.getDefaultLibFilePath(settings),
      fileExists: (file) => this.#texts.has(file) || ts.sys.fileExists(file),
      readFile,
      readDirectory: ts.sys.readDirectory,
      directoryExists: (each) => this.#hasFolder(each) || ts.sys.directoryExists(each),
      getDirectories: ts.sys.getDirectories,
    };
    this.#service = ts.createLanguageService(host, ts.createDocumentRegistry());
  }

  /** The project that a folder's tsconfig.json describes. */
  static open(folder: string): TypescriptProject {
    const file = path.join(folder, 'tsconfig.json');
    const { config, error } = ts.readConfigFile(file, ts.sys.readFile);
    if (error !== undefined) throw new Error(ts.flattenDiagnosticMessageText(error.messageText, '\n'));
    const { fileNames, options } = ts.parseJsonConfigFileContent(config, ts.sys, folder);
    return new TypescriptProject({ folder, rootNames: fileNames, compilerOptions: options });
  }

  /** Names of all files of the program, dependencies and libraries among them. */
  get fileNames(): string[] {
    return this.#program.getSourceFiles().map(({ fileName }) => fileName);
  }

  /** The file as the project has it. */
  original(file: string): Checked {
    this.#replace(file, undefined);
    return this.#checked(file);
  }

  /** The file with another text. It stands until the next call of a method. */
  edited(file: string, text: string): Checked {
    this.#replace(file, text);
    return this.#checked(file);
  }

  /** Errors of the project's own text. */
  originalErrors(file: string): readonly ErrorText[] {
    const known = this.#originalErrors.get(file);
    if (known !== undefined) return known;
    this.#replace(file, undefined);
    const errors = this.#errors(file);
    this.#originalErrors.set(file, errors);
    return errors;
  }

  /** Errors that the file has with `text` and does not have with its own. */
  newErrors(file: string, text: string): ErrorText[] {
    const left = [...this.originalErrors(file)];
    this.#replace(file, text);
    return this.#errors(file).filter((error) => {
      const at = left.indexOf(error);
      if (at >= 0) left.splice(at, 1);
      return at < 0;
    });
  }

  get #program(): ts.Program {
    const program = this.#service.getProgram();
    if (program === undefined) throw new Error('the language service has no program');
    return program;
  }

  #checked(file: string): Checked {
    const program = this.#program;
    const source = program.getSourceFile(file);
    if (source === undefined) throw new Error(`${file} is no file of its project`);
    return { source, checker: program.getTypeChecker() };
  }

  #errors(file: string): ErrorText[] {
    const diagnostics = [...this.#service.getSyntacticDiagnostics(file), ...this.#service.getSemanticDiagnostics(file)];
    return diagnostics
      .filter(({ category }) => category === ts.DiagnosticCategory.Error)
      .map(({ code, messageText }) => `${code} ${ts.flattenDiagnosticMessageText(messageText, '\n')}`);
  }

  /** Gives the file another text, or its own back; any other file gets its own back. */
  #replace(file: string, text: string | undefined): void {
    const edited = this.#edited;
    if (edited !== undefined && (edited.file !== file || text === undefined)) {
      if (edited.original === undefined) this.#texts.delete(edited.file);
      else this.#texts.set(edited.file, edited.original);
      this.#touch(edited.file);
      this.#edited = undefined;
    }
    if (text === undefined || this.#texts.get(file) === text) return;
    this.#edited ??= { file, original: this.#texts.get(file) };
    this.#texts.set(file, text);
    this.#touch(file);
  }

  #touch(file: string): void {
    this.#versions.set(file, (this.#versions.get(file) ?? 0) + 1);
  }

  #hasFolder(folder: string): boolean {
    return [...this.#texts.keys()].some((file) => file.startsWith(`${folder}/`));
  }
}
