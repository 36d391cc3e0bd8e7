import assert from 'node:assert/strict';
import type { Editor } from './editor.ts';
import { type Process, processes } from './processes.ts';
import { Session } from './session.ts';
import { until } from './until.ts';

/** A class whose members are not those that the model would guess. */
const circle = `export class Circle {
  constructor(readonly radius: number) {}

  getArea(): number {
    return Math.PI * this.radius ** 2;
  }

  getOutline(): number {
    return 2 * Math.PI * this.radius;
  }
}
`;
const shape = `import { Circle } from './circle';

export function isLarge(shape: Circle): boolean {
  const area = shape
  return area > 100;
}
`;
/** Longer than what travels with a request, so that only the editor has it whole. */
const filler = Array.from({ length: 4000 }, (_, index) => `export const valueOfItem${index} = ${index};\n`).join('');
const long = shape.replace('\n\n', `\n\n${filler}\n`);
const draw = 'export function drawCircle(radius: number) {\n  const circle =\n  return circle;\n}\n';

const files: Readonly<Record<string, string>> = {
  'tsconfig.json': JSON.stringify({ compilerOptions: { strict: true, types: [] } }),
  'circle.ts': circle,
  'guessed.ts': shape,
  'known.ts': shape,
  'killed.ts': shape,
  'revived.ts': shape,
  'long.ts': long,
  'draw.ts': draw,
  'drawn.ts': draw,
  'undrawn.ts': draw,
};

/** Long enough for a server that starts on a busy machine; a suggestion comes as soon as the facts are there. */
const patient = { 'palimpsest.enable': true, 'palimpsest.monitorMs': 5000 };
const members = /^(radius|getArea|getOutline)\b/;

describe('names that the project has, in a real VS Code', function () {
  this.timeout(120_000);
  let session: Session;
  let editor: Editor;

  const servers = (): readonly Process[] =>
    processes(/--lsp/).filter(({ command }) => command.includes(session.profile));

  before(async function () {
    // The first run installs the editor.
    this.timeout(900_000);
    session = await Session.start(files);
    editor = session.editor;
    await session.set(patient);
    await editor.open('draw.ts', 2, 17);
    await editor.command('Palimpsest: Complete Here');
    await editor.seeGhost((text) => text !== '', 110_000);
  });

  afterEach(async function () {
    await session.set(patient);
    await session.witness(this.currentTest);
  });

  after(async () => {
    await session?.stop();
    await until('the servers to go', () => (servers().length === 0 ? true : undefined));
  });

  /** Opens a file behind `shape`, types the point and gives the ghost text that comes. */
  async function typePoint(name: string, line = 4): Promise<string> {
    await editor.open(name, line, 21);
    await editor.type('.');
    return editor.seeGhost();
  }

  /** Opens a file behind `const circle =`, types a blank and gives the ghost text that comes. */
  async function typeBlank(name: string): Promise<string> {
    await editor.open(name, 2, 17);
    await editor.type(' ');
    return editor.seeGhost();
  }

  it('names a member that there is where the model alone names one that there is not', async () => {
    await session.set({ ...patient, 'palimpsest.monitor': false });
    const guessed = await typePoint('guessed.ts');
    assert.doesNotMatch(guessed, members);
    await session.picture('member-guessed');
    await session.set(patient);
    const known = await typePoint('known.ts');
    assert.match(known, members);
    await session.picture('member-known');
    await editor.seeDetails(/names checked by the language server/, () => session.picture('status'));
  });

  const imported = (line: string): string =>
    `import { Circle } from "./circle";\n\n${draw.replace('const circle =', `const circle = ${line}`)}`;

  it('imports what it names, and one undo takes back both', async () => {
    // Saving closes an undo step, and this suite saves more often than anybody.
    await session.set({ ...patient, 'files.autoSaveDelay': 4000 });
    const ghost = await typeBlank('drawn.ts');
    assert.match(ghost, /^new Circle\(/);
    await editor.press('Tab');
    await editor.seeDocument('drawn.ts', imported(ghost));
    await session.picture('imported');
    await editor.press('Control+z');
    await editor.seeDocument('drawn.ts', draw.replace('const circle =', 'const circle = '));
    await session.picture('import-undone');
  });

  it('loses no keystroke to an import', async () => {
    const ghost = await typeBlank('undrawn.ts');
    await editor.press('Tab');
    await editor.type(' // typed on at once');
    await editor.seeDocument('undrawn.ts', imported(`${ghost} // typed on at once`));
  });

  it('has the names of a long file from the editor', async () => {
    await typePoint('long.ts', long.split('\n').indexOf('  const area = shape') + 1);
    // The editor's own server may be slow at first. What came too late is there when the same is asked again, and a change of
    // settings forgets the answer that was given without it.
    for (const more of [1, 2, 3, 4]) {
      if (members.test(await editor.ghost())) break;
      await session.set({ ...patient, 'palimpsest.monitorMs': patient['palimpsest.monitorMs'] + more });
      await editor.seeStatus(/ready/);
      await editor.command('Palimpsest: Complete Here');
      await editor.seeGhost((text) => members.test(text), 3000).catch(() => '');
    }
    assert.match(await editor.ghost(), members);
    await session.picture('member-of-long-file');
  });

  it('goes on when the language server is killed', async () => {
    const killed = await until('the server', () => servers()[0]?.id);
    process.kill(killed, 'SIGKILL');
    await typePoint('killed.ts');
    await editor.seeDetails(/typescript ended and is started again/);
    const known = await typePoint('revived.ts');
    assert.match(known, members);
    assert.notEqual(servers()[0]?.id, killed);
  });
});
