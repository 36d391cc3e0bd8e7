// What is in the package of each platform, as it is staged; one of another platform as a file; and what a package says on a machine
// that it is not for. Packages of npm that this platform does not use are fetched once, into .cache.
import assert from 'node:assert/strict';
import { cp, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stagePackage, writePackage } from '../../scripts/package.ts';
import { type PackageTarget, packageFolder, packageTarget, packageTargets } from '../../scripts/packageTargets.ts';
import { readZipEntry, zipEntries } from '../../scripts/zipEntries.ts';
import { built, runCli, runProgram } from '../support/built.ts';
import { nativeFiles } from '../support/nativeFiles.ts';
import { inTemporaryFolder } from '../support/temporaryFolder.ts';

const grammarsPath = fileURLToPath(new URL('../../grammars', import.meta.url));

/** Native files under dist/node_modules of each platform's package: these and no others. */
const native: Readonly<Record<string, readonly string[]>> = {
  'linux-x64': ['libonnxruntime.so.1', 'onnxruntime_binding.node'],
  'linux-arm64': ['libonnxruntime.so.1', 'onnxruntime_binding.node'],
  'win32-x64': ['dxcompiler.dll', 'dxil.dll', 'onnxruntime.dll', 'onnxruntime_binding.node'],
  'win32-arm64': ['dxcompiler.dll', 'dxil.dll', 'onnxruntime.dll', 'onnxruntime_binding.node'],
  'darwin-arm64': ['libonnxruntime.1.dylib', 'onnxruntime_binding.node'],
  'darwin-x64': ['libonnxruntime.1.23.2.dylib', 'onnxruntime_binding.node'],
};

const modules = 'dist/node_modules';
const serverOf = (name: string): string =>
  `${modules}/@typescript/typescript-${name}/lib/tsc${name.startsWith('win32') ? '.exe' : ''}`;
const binariesOf = (name: string): string => `${modules}/onnxruntime-node/bin/napi-v6/${name.replace('-', '/')}`;

describe('the package', function () {
  // fetches a hundred megabytes the first time
  this.timeout(300_000);
  before(() => built('cli.js'));

  const staged = (target: PackageTarget, use: (folder: string, files: readonly string[]) => Promise<void>) =>
    inTemporaryFolder(async (folder) => use(folder, await stagePackage(target, folder)));

  it('is made for six platforms', () => {
    assert.deepEqual(packageTargets.map(({ name }) => name).sort(), Object.keys(native).sort());
  });

  for (const target of packageTargets)
    it(`for ${target.name} has what runs there, whole, and nothing else`, () =>
      staged(target, async (folder, files) => {
        const { name } = target;
        const libraries = native[name]!.map((library) => `${binariesOf(name)}/${library} ${name}`);
        assert.deepEqual(await nativeFiles(folder, files), [...libraries, `${serverOf(name)} ${name}`].sort());

        // the add-on links to the library that lies beside it
        const addOn = await readFile(join(folder, binariesOf(name), 'onnxruntime_binding.node'), 'latin1');
        const library = native[name]!.find((each) => /^(lib)?onnxruntime\./.test(each))!;
        assert.ok(addOn.includes(library), `the add-on does not ask for ${library}`);
        if (target.platform !== 'win32')
          assert.notEqual((await stat(join(folder, serverOf(name)))).mode & 0o111, 0, 'the server cannot be run');

        const wanted = [
          ...['package.json', 'package.nls.json', 'README.md', 'CHANGELOG.md', 'media/icon.png'],
          ...['dist/extension.cjs', 'dist/engine.js', 'dist/cli.js', 'dist/web-tree-sitter.wasm'],
          ...['LICENSE', 'NOTICE', 'dist/THIRD-PARTY-NOTICES.txt'],
          ...['LICENSE', 'NOTICE.txt', 'lib/lib.es5.d.ts', 'lib/lib.dom.d.ts'].map(
            (each) => `${modules}/@typescript/typescript-${name}/${each}`,
          ),
          ...['manifest.json', 'palimpsest-135m/model.gguf', 'palimpsest-135m/tokenizer.json'].map(
            (each) => `models/${each}`,
          ),
          ...(await readdir(grammarsPath, { recursive: true, withFileTypes: true }))
            .filter((entry) => entry.isFile())
            .map((entry) => `grammars${join(entry.parentPath, entry.name).slice(grammarsPath.length)}`),
        ];
        assert.deepEqual(
          wanted.filter((each) => !files.includes(each)),
          [],
          'these are missing',
        );
        const server = `${modules}/@typescript/`;
        const strays = files.filter(
          (file) =>
            /(^|\/)(tests?|src|scripts|\.cache)\/|\.(map|tsx?|sig)$|\.d\.[cm]ts$/.test(file) &&
            !file.startsWith(server),
        );
        assert.deepEqual(strays, []);
      }));

  it('says in NOTICE whose its modules are, in their versions', async () => {
    for (const target of packageTargets)
      await staged(target, async (folder, files) => {
        const notice = await readFile(join(folder, 'NOTICE'), 'utf8');
        for (const file of files.filter((each) => /node_modules\/((@[^/]+\/)?[^/]+)\/package\.json$/.test(each))) {
          const { name, version } = JSON.parse(await readFile(join(folder, file), 'utf8')) as Record<string, string>;
          const known = name!.startsWith('@typescript/') ? 'TypeScript' : name!;
          assert.ok(notice.includes(known) && notice.includes(version!), `${name} ${version} is not in NOTICE`);
        }
        for (const library of target.libraries.filter((each) => /^dx/.test(each)))
          assert.ok(notice.includes(library), `${library} is not in NOTICE`);
      });
  });

  it('is a file whose programs can be run and whose manifest names the platform', () =>
    inTemporaryFolder(async (folder) => {
      const path = await writePackage(packageTarget('linux-arm64'), folder);
      const entries = await zipEntries(path);
      const entry = (name: string) => entries.find((each) => each.name === name)!;
      assert.equal(entry(`extension/${serverOf('linux-arm64')}`).mode & 0o777, 0o755);
      const manifest = (await readZipEntry(path, 'extension.vsixmanifest')).toString();
      assert.match(manifest, / TargetPlatform="linux-arm64"/);
      assert.deepEqual(await readdir(folder), [basename(path)]);

      const { size } = await stat(path);
      const model = entries.filter(({ name }) => name.startsWith('extension/models/'));
      assert.ok(size <= 125e6, `${size} bytes`);
      assert.ok(size - model.reduce((sum, { compressedBytes }) => sum + compressedBytes, 0) <= 40e6);
    }));

  // what is fetched of that runtime runs on these machines and on Macs
  if (process.platform === 'linux' && process.arch === 'x64')
    it('for darwin-x64 completes as others do, tried with the binaries that its runtime has for Linux', async () => {
      const words = ['complete', 'samples/inventory.ts:11:20', '--monitor', 'off'];
      const target = packageTarget('darwin-x64');
      const runtime = await packageFolder(target, 'onnxruntime-node');
      return staged(target, async (folder) => {
        const binaries = 'bin/napi-v6/linux/x64';
        await cp(join(runtime, binaries), join(folder, modules, 'onnxruntime-node', binaries), { recursive: true });
        const { stdout, stderr } = await runProgram(join(folder, 'dist/cli.js'), words);
        assert.equal(stderr, '');
        assert.equal(stdout, (await runCli(words)).stdout);
        assert.match(stdout, /item/);
      });
    });

  it('refuses a platform that has none', () => {
    assert.throws(() => packageTarget('linux-riscv64'), /^Error: there is no package for linux-riscv64: .*linux-arm64/);
  });

  describe('on a machine that it is not for', () => {
    const here = `${process.platform}-${process.arch}`;
    const other = packageTargets.find(({ name }) => name !== here)!;
    const words = ['complete', 'samples/inventory.ts:11:20'];

    it('says which one is', () =>
      staged(other, async (folder) => {
        const { code, stdout, stderr } = await runProgram(join(folder, 'dist/cli.js'), words);
        assert.equal(
          stderr,
          `palimpsest: This package of Palimpsest does not run on ${here}: install the one that is made for ${here}.\n`,
        );
        assert.equal(stdout, '');
        assert.equal(code, 2);
      }));

    it('says what the machine lacks where the runtime does not load', () =>
      staged(packageTarget(), async (folder) => {
        const addOn = join(folder, binariesOf(here), 'onnxruntime_binding.node');
        await mkdir(dirname(addOn), { recursive: true });
        await writeFile(addOn, 'not what it should be');
        const { code, stderr } = await runProgram(join(folder, 'dist/cli.js'), words);
        assert.match(
          stderr,
          /^palimpsest: The runtime cannot be loaded on [^\n]*onnxruntime_binding\.node[^\n]*: [^\n]+\.\n$/,
        );
        assert.equal(code, 2);
      }));
  });
});
