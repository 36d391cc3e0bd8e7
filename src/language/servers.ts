// The editor's name of a language → the server that knows it, how it is started, and what may be started where.
import { fileURLToPath } from 'node:url';
import type { Dialect } from './dialect.ts';
import { goDialect, plainDialect } from './otherDialects.ts';
import { nativeTypescript, programOnPath, shippedTypescript } from './programs.ts';
import { pythonDialect } from './pythonDialect.ts';
import type { Environment, ServerProgram } from './serverProcess.ts';
import { typescriptDialect } from './typescriptDialect.ts';

/** Where a server is looked for. */
export interface SearchPlace {
  /** Paths of the workspace's folders, and whether programs in them may be started. */
  readonly folders: readonly string[];
  readonly isTrusted: boolean;
  /** Folders of programs, as PATH has them. */
  readonly path: string;
}

export interface ServerKind {
  readonly name: 'typescript' | 'pyright' | 'gopls' | 'rust-analyzer' | 'clangd';
  readonly languages: readonly string[];
  readonly dialect: Dialect;
  /** Whether it starts programs of the workspace, or code in it decides what is started. */
  readonly needsTrust: boolean;
  readonly initializationOptions?: unknown;
  readonly settings: Readonly<Record<string, unknown>>;
  /** `undefined` where it is not installed. */
  find(where: SearchPlace): Promise<ServerProgram | undefined>;
}

// No server fetches anything: types, toolchains and modules are taken as they are on this machine.
const typescriptSettings = {
  tsserver: { automaticTypeAcquisition: { enabled: false } },
  disableAutomaticTypeAcquisition: true,
};
const pythonSettings = { analysis: { autoSearchPaths: true, diagnosticMode: 'openFilesOnly', indexing: true } };
const goSettings = {
  deepCompletion: false,
  completionBudget: '0s',
  matcher: 'CaseInsensitive',
  usePlaceholders: false,
};
const rustSettings = {
  checkOnSave: false,
  cachePriming: { enable: false },
  cargo: { targetDir: true },
  completion: { autoimport: { enable: true }, postfix: { enable: false }, callable: { snippets: 'none' } },
};

const onPath =
  (names: readonly string[], words: readonly string[], environment: Environment = {}) =>
  async (where: SearchPlace): Promise<ServerProgram | undefined> => {
    for (const name of names) {
      const path = await programOnPath(name, where.path);
      if (path !== undefined) return { path, words, environment };
    }
    return undefined;
  };

const serverKinds: readonly ServerKind[] = [
  {
    name: 'typescript',
    languages: ['typescript', 'typescriptreact', 'javascript', 'javascriptreact'],
    dialect: typescriptDialect,
    needsTrust: false,
    settings: { 'js/ts': typescriptSettings, typescript: typescriptSettings, javascript: typescriptSettings },
    initializationOptions: { disableAutomaticTypeAcquisition: true },
    async find({ folders, isTrusted }) {
      const words = ['--lsp', '--stdio'];
      for (const folder of isTrusted ? folders : []) {
        const path = await nativeTypescript(folder);
        if (path !== undefined) return { path, words };
      }
      const path = await shippedTypescript();
      return path === undefined ? undefined : { path, words };
    },
  },
  {
    name: 'pyright',
    languages: ['python'],
    dialect: pythonDialect,
    needsTrust: true,
    settings: { python: pythonSettings, 'python.analysis': pythonSettings.analysis },
    find: onPath(['pyright-langserver', 'basedpyright-langserver'], ['--stdio']),
  },
  {
    name: 'gopls',
    languages: ['go'],
    dialect: goDialect,
    needsTrust: true,
    initializationOptions: goSettings,
    settings: { gopls: goSettings },
    find: onPath(['gopls'], [], { GOPROXY: 'off', GOTOOLCHAIN: 'local', GOTELEMETRY: 'off' }),
  },
  {
    name: 'rust-analyzer',
    languages: ['rust'],
    dialect: plainDialect,
    needsTrust: true,
    initializationOptions: rustSettings,
    settings: { 'rust-analyzer': rustSettings },
    find: onPath(['rust-analyzer'], [], { CARGO_NET_OFFLINE: 'true' }),
  },
  {
    name: 'clangd',
    languages: ['c', 'cpp'],
    dialect: plainDialect,
    needsTrust: true,
    settings: {},
    find: onPath(['clangd'], ['--background-index=false', '--pch-storage=memory', '--limit-results=0', '--log=error']),
  },
];

/** The server that knows a language; `undefined` where none does. */
export function serverFor(language: string): ServerKind | undefined {
  return serverKinds.find(({ languages }) => languages.includes(language));
}

/** Paths of the folders that are on this machine. */
export function pathsOf(uris: readonly string[]): readonly string[] {
  return uris.flatMap((uri) => {
    try {
      return [fileURLToPath(uri)];
    } catch {
      return [];
    }
  });
}
