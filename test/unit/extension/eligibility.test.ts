import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { compileRules, excludingGlob, type FileRules, singleCursor } from '../../../src/extension/eligibility.ts';

interface Manifest {
  readonly contributes: {
    readonly configuration: { readonly properties: Record<string, { readonly default: unknown }> };
  };
}

const { properties } = (JSON.parse(readFileSync('package.json', 'utf8')) as Manifest).contributes.configuration;
const defaults: FileRules = {
  languages: properties['palimpsest.languages']?.default as Record<string, boolean>,
  exclude: properties['palimpsest.exclude']?.default as Record<string, boolean>,
};

function why(path: string, { language = 'typescript', scheme = 'file', rules = defaults } = {}): string | undefined {
  return compileRules(rules)({ scheme, language, paths: [`/home/me/project/${path}`, path] });
}

describe('where completions are offered', () => {
  it('in code', () => {
    for (const path of ['src/main.ts', 'a/key.ts', 'environment.py', 'monkey.rs'])
      assert.equal(why(path), undefined, path);
    assert.equal(why('main.go', { scheme: 'vscode-remote' }), undefined);
    assert.equal(why('main.go', { scheme: 'untitled' }), undefined);
  });

  it('not where a glob keeps them out, which can be told', () => {
    const place = { scheme: 'file', language: 'json', paths: ['\\work\\.aws\\config', '.aws/config'] };
    assert.equal(excludingGlob(defaults, place), '**/.aws/**');
    assert.equal(excludingGlob({ exclude: { ...defaults.exclude, '**/.aws/**': false } }, place), undefined);
  });

  it('never in secrets', () => {
    const secrets = ['.env', '.env.local', 'deploy/.ENV.production', 'server.pem', 'tls/site.key', 'ca.crt', 'id_rsa'];
    for (const path of [...secrets, '.ssh/config', 'id_ed25519.pub']) assert.equal(why(path), 'excluded', path);
  });

  it('not in prose by default, and in every language the user says', () => {
    for (const language of ['plaintext', 'markdown', 'scminput']) assert.equal(why('a', { language }), 'language');
    const rules = { ...defaults, languages: { '*': false, python: true } };
    assert.equal(why('a.py', { language: 'python', rules }), undefined);
    assert.equal(why('a.rb', { language: 'ruby', rules }), 'language');
  });

  it('by the globs of the user, inside and outside the workspace', () => {
    const rules = { ...defaults, exclude: { 'generated/**': true, '*.snap': true, '.env*': false } };
    assert.equal(why('generated/api.ts', { rules }), 'excluded');
    assert.equal(why('test/a.snap', { rules }), 'excluded');
    assert.equal(why('.env', { rules }), undefined);
  });

  it('not in editors that only look like one', () => {
    for (const scheme of ['output', 'debug', 'search-editor', 'git']) assert.equal(why('a.ts', { scheme }), 'scheme');
  });

  it('at one cursor that selects nothing', () => {
    assert.equal(singleCursor([{ isEmpty: true }]), true);
    assert.equal(singleCursor([{ isEmpty: false }]), false);
    assert.equal(singleCursor([{ isEmpty: true }, { isEmpty: true }]), false);
  });
});
