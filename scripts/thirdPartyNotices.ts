// Which packages went into the bundles, as esbuild's metafile tells, with their licences in full: what redistribution asks for.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

const packageFolder = /^(?:.*\/)?node_modules\/((?:@[^/]+\/)?[^/]+)\//;

/** One section per package, by name. `inputs` are the bundled files' paths, relative to `root`. */
export async function thirdPartyNotices(root: string, inputs: Iterable<string>): Promise<string> {
  const folders = new Map<string, string>();
  for (const input of inputs) {
    const match = packageFolder.exec(input);
    if (match) folders.set(match[1]!, match[0]);
  }
  const sections = [...folders].sort().map(async ([name, folder]) => {
    const { version, license } = JSON.parse(await readFile(join(root, folder, 'package.json'), 'utf8')) as {
      version: string;
      license?: string;
    };
    const files = (await readdir(join(root, folder))).filter((file) => /^licen[cs]e|^notice/i.test(file));
    const texts = await Promise.all(files.sort().map((file) => readFile(join(root, folder, file), 'utf8')));
    return [`${name} ${version} (${license ?? 'see below'})`, '', ...texts.map((text) => text.trim())].join('\n');
  });
  const rule = `\n\n${'─'.repeat(80)}\n\n`;
  return `${(await Promise.all(sections)).join(rule)}\n`;
}
