// Stacks of the JSON grammar, terminal by terminal; of TypeScript where there are several at once.
import assert from 'node:assert/strict';
import { type StackNode, Stacks, StackTooShort } from '../../../../src/constraint/grammar/stack.ts';
import { subjectFor } from '../../../support/grammarText.ts';

describe('stacks', () => {
  const open = async (language = 'json') => {
    const { tables } = (await subjectFor(language)).recogniser;
    const stacks = new Stacks(tables);
    const terminal = (name: string): number => {
      const found = tables.symbolNames.indexOf(name);
      return found >= 0 && found < tables.terminalCount ? found : assert.fail(name);
    };
    /** The stacks after terminals, by name. */
    const behind = (names: string, from: StackNode = stacks.root): readonly StackNode[] =>
      names
        .split(' ')
        .filter((name) => name !== '')
        .reduce<readonly StackNode[]>(
          (nodes, name) => nodes.flatMap((node) => stacks.step(node, terminal(name))),
          [from],
        );
    return { tables, stacks, terminal, behind };
  };

  it('shift what can stand, and nothing else', async () => {
    const { stacks, terminal, behind } = await open();
    for (const text of ['{ }', '[ number , null ]', '{ " string_content " : true }', '[ [ ] ]', 'number']) {
      const [node, ...others] = behind(text);
      assert.ok(node !== undefined && others.length === 0, text);
      assert.equal(stacks.step(node, 0).length, 1, `the end behind ${text}`);
    }
    for (const text of ['}', '{ ,', '[ number number', '{ number', '[ ] ]', '{ " " }'])
      assert.deepEqual(behind(text), [], text);
    for (const text of ['{', '[ number', '{ " "']) assert.ok(!behind(text).some((node) => stacks.can(node, 0)), text);
    const [array] = behind('[ number');
    assert.ok(
      stacks.can(array!, terminal(',')) && stacks.can(array!, terminal(']')) && !stacks.can(array!, terminal('}')),
    );
  });

  it('look below the top: what closes depends on what was opened', async () => {
    const { stacks, terminal, behind } = await open();
    // the parser is in the same state behind a value, whatever is around it
    const [inArray] = behind('[ { }');
    const [inObject] = behind('{ " " : { }');
    assert.deepEqual(
      [']', '}'].map((name) => stacks.can(inArray!, terminal(name))),
      [true, false],
    );
    assert.deepEqual(
      [']', '}'].map((name) => stacks.can(inObject!, terminal(name))),
      [false, true],
    );
  });

  it('of the same content are the same node', async () => {
    const { stacks, behind } = await open();
    assert.equal(behind('[ number ,')[0], behind('[ number ,')[0]);
    assert.equal(behind('[ number , number ,')[0]!.state, behind('[ number , null ,')[0]!.state);
    assert.equal(behind('[ number , null ,')[0], behind('[ number , number ,')[0]);
    assert.notEqual(behind('[ [')[0], behind('[')[0]);
    const made = stacks.made;
    behind('[ number , null ,');
    assert.equal(stacks.made, made);
    const [one] = behind('[');
    const [two] = behind('{');
    assert.equal(stacks.over(5, [one!, two!]), stacks.over(5, [two!, one!, two!]));
    assert.equal(stacks.over(5, [one!, one!]), stacks.over(5, [one!]));
  });

  it('leave extras out', async () => {
    const { stacks, terminal, behind } = await open();
    const [node] = behind('[ number');
    assert.ok(stacks.isExtra(node!.state, terminal('comment')));
    assert.deepEqual(stacks.step(node!, terminal('comment')), [node]);
    assert.ok(!stacks.isExtra(node!.state, terminal(',')));
  });

  it('are several where a text can be read in several ways, one for each state', async () => {
    const { behind } = await open('typescript');
    const many = behind('( identifier');
    assert.ok(many.length >= 1);
    const arrow = behind('( identifier ) =>');
    const call = behind('( identifier ) .');
    assert.ok(arrow.length > 0 && call.length > 0);
    assert.deepEqual(behind('( number ) =>'), []);
    assert.equal(new Set(many.map(({ state }) => state)).size, many.length);
  });

  it('say where what they stand on is not known', async () => {
    const { stacks, terminal, behind } = await open();
    const [array] = behind('[ number');
    const cut = stacks.over(array!.state, [stacks.floor]);
    assert.throws(() => stacks.step(cut, terminal(',')), StackTooShort);
    const [deep] = behind('[ ');
    assert.equal(stacks.step(stacks.over(deep!.state, [stacks.floor]), terminal('[')).length, 1);
  });
});
