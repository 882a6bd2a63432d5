import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { problemText } from './read-rules';
import { RuleFiles } from './rule-files.store';
import { aRule } from './testing';

const ruleText = (fields: Record<string, unknown>): string =>
  JSON.stringify({ rules: [aRule({ kind: 'trigger', ...fields }).spec] });

const directories: string[] = [];

function aDirectory(files: Readonly<Record<string, string>>): string {
  const directory = mkdtempSync(join(tmpdir(), 'rules-'));
  directories.push(directory);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text);
  return directory;
}

afterEach(() => {
  for (const directory of directories.splice(0)) rmSync(directory, { recursive: true, force: true });
});

const idsIn = (files: RuleFiles) => files.current.rules.map(({ spec }) => `${spec.id} ${spec.severity}`);

describe('the rules of the project and of an operator', () => {
  const project = () => aDirectory({ 'a.yaml': ruleText({ id: 'one' }), 'b.yaml': ruleText({ id: 'two' }) });

  it('are used together, the operator’s in place of those with the same id', () => {
    const own = aDirectory({
      'own.yaml': ruleText({ id: 'two', severity: 'low' }),
      'more.yaml': ruleText({ id: 'three' }),
      'notes.txt': 'no rules',
    });
    expect(idsIn(new RuleFiles(own, project()))).toEqual(['one high', 'two low', 'three high']);
  });

  it('are those of the project alone when the operator’s have mistakes from the start', () => {
    const own = aDirectory({ 'own.yaml': 'rules: [{ kind: trigger }]' });
    const files = new RuleFiles(own, project());
    expect(idsIn(files)).toEqual(['one high', 'two high']);
    expect(files.current.problems.map(problemText)[0]).toMatch(/own\.yaml:1: /);
  });

  it('are those of the project alone when the operator’s directory is not there', () => {
    const files = new RuleFiles(join(project(), 'nowhere'), project());
    expect(idsIn(files)).toEqual(['one high', 'two high']);
    expect(files.current.problems.map(problemText)[0]).toMatch(/nowhere.*ENOENT/);
  });

  it('must be valid where they are the project’s', () => {
    expect(() => new RuleFiles(undefined, aDirectory({ 'a.yaml': 'rules: []' }))).toThrow(/a\.yaml:1: /);
  });
});

/** True when the second of two looks takes what is there. */
const lookTwice = (files: RuleFiles) => !files.look() && files.look();

describe('when rule files change', () => {
  it('they are taken when two looks in a row find the same', () => {
    const own = aDirectory({ 'own.yaml': ruleText({ id: 'own' }) });
    const files = new RuleFiles(own, aDirectory({ 'a.yaml': ruleText({ id: 'one' }) }));
    for (const severity of ['low', 'medium', 'critical']) {
      writeFileSync(join(own, 'own.yaml'), ruleText({ id: 'own', severity }));
      expect(files.look()).toBe(false);
      expect(idsIn(files)).toEqual(['one high', 'own high']);
    }
    expect(files.look()).toBe(true);
    expect(idsIn(files)).toEqual(['one high', 'own critical']);
    expect(files.look()).toBe(false);
  });

  it('half a file that is valid by itself is not taken while it is written', () => {
    const [first, second] = ['first', 'second'].map(
      (id) => `- ${JSON.stringify(aRule({ kind: 'trigger', id }).spec)}\n`,
    );
    const own = aDirectory({ 'own.yaml': `rules:\n${first}${second}` });
    const files = new RuleFiles(own, aDirectory({ 'a.yaml': ruleText({ id: 'one' }) }));
    writeFileSync(join(own, 'own.yaml'), `rules:\n${first}`);
    expect(files.look()).toBe(false);
    writeFileSync(join(own, 'own.yaml'), `rules:\n${first}${second}`);
    expect(lookTwice(files)).toBe(false);
    expect(idsIn(files)).toEqual(['one high', 'first high', 'second high']);
  });

  it('the new rules are used, under another version', () => {
    const own = aDirectory({ 'own.yaml': ruleText({ id: 'own' }) });
    const files = new RuleFiles(own, aDirectory({ 'a.yaml': ruleText({ id: 'one' }) }));
    const before = files.current;
    expect(files.look()).toBe(false);
    // As editors save: a new file takes the place of the old one.
    writeFileSync(join(own, 'own.yaml~'), ruleText({ id: 'own', severity: 'low' }));
    renameSync(join(own, 'own.yaml~'), join(own, 'own.yaml'));
    expect(lookTwice(files)).toBe(true);
    expect(idsIn(files)).toEqual(['one high', 'own low']);
    expect(files.current.version).not.toBe(before.version);
  });

  it('the old rules stay while one file has a mistake, and it is named', () => {
    const own = aDirectory({ 'own.yaml': ruleText({ id: 'own' }) });
    const files = new RuleFiles(own, aDirectory({ 'a.yaml': ruleText({ id: 'one' }) }));
    const before = files.current;
    writeFileSync(join(own, 'new.yaml'), ruleText({ id: 'new' }));
    writeFileSync(join(own, 'own.yaml'), 'rules:\n  - kind: nonsense');
    expect(lookTwice(files)).toBe(true);
    expect(files.current).toMatchObject({ version: before.version, rules: before.rules });
    expect(files.current.problems.map(problemText)[0]).toMatch(/own\.yaml:2: /);
    rmSync(join(own, 'own.yaml'));
    expect(lookTwice(files)).toBe(true);
    expect(idsIn(files)).toEqual(['one high', 'new high']);
    expect(files.current.problems).toEqual([]);
  });

  it.each([
    ['an unknown alias', 'rules:\n  - kind: trigger\n    where: *faild', 3],
    ['a merge of a list', 'define: { list: &list [1] }\nrules:\n  - { <<: *list }', 3],
    ['too many aliases', `define: { a: &a 1, many: [\n${'  *a,\n'.repeat(10_001)}  ] }`, 10_002],
    ['no text', '\0\uFFFD', 1],
    ['nothing', '', 1],
  ])('the old rules stay when a file comes with %s, and its line is named', (_what, text, line) => {
    const own = aDirectory({ 'own.yaml': ruleText({ id: 'own' }) });
    const files = new RuleFiles(own, aDirectory({ 'a.yaml': ruleText({ id: 'one' }) }));
    writeFileSync(join(own, 'own.yaml'), text);
    expect(lookTwice(files)).toBe(true);
    expect(idsIn(files)).toEqual(['one high', 'own high']);
    expect(files.current.problems.map(problemText)[0]).toContain(`own.yaml:${line}: `);
  });

  it('the old rules stay whatever a file is cut and joined to', () => {
    const own = aDirectory({ 'own.yaml': ruleText({ id: 'own' }) });
    const project = aDirectory({ 'a.yaml': ruleText({ id: 'one' }) });
    const files = new RuleFiles(own, project);
    const whole = `define: { a: &a { event.category: web }, l: &l [*a, !!binary x] }\n${ruleText({ id: 'own' })}`;
    const piece = fc.oneof(
      fc.tuple(fc.nat(whole.length), fc.nat(40)).map(([at, length]) => whole.slice(at, at + length)),
      fc.constantFrom(
        '*a',
        '<<: ',
        '<<: *l',
        '&a ',
        '? ',
        '- ',
        '\n',
        '{',
        '[',
        '|',
        '---\n',
        '%YAML 9\n',
        '__proto__: ',
      ),
      fc.string({ unit: 'binary', maxLength: 5 }),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        writeFileSync(join(own, 'own.yaml'), pieces.join(''));
        lookTwice(files);
        expect(idsIn(files)).toContain('own high');
      }),
      { numRuns: 300 },
    );
  });

  it.each([
    ['the directory vanishes', (own: string) => rmSync(own, { recursive: true })],
    ['a link leads nowhere', (own: string) => symlinkSync('/nowhere/x', join(own, 'link.yaml'))],
    ['a directory is named like a file', (own: string) => mkdirSync(join(own, 'dir.yaml'))],
    ['a pipe is named like a file', (own: string) => execFileSync('mkfifo', [join(own, 'pipe.yaml')])],
    [
      'the directory becomes a file',
      (own: string) => {
        rmSync(own, { recursive: true });
        writeFileSync(own, 'rules');
      },
    ],
  ])('the old rules stay when %s, and the problem is named', (_what, change) => {
    const own = aDirectory({ 'own.yaml': ruleText({ id: 'own' }) });
    const files = new RuleFiles(own, aDirectory({ 'a.yaml': ruleText({ id: 'one' }) }));
    change(own);
    expect(lookTwice(files)).toBe(true);
    expect(idsIn(files)).toEqual(['one high', 'own high']);
    expect(files.current.problems.map(problemText).join()).toMatch(/: (cannot be read: E|is not a file)/);
  });

  it('who watches is told, until they stop', async () => {
    const own = aDirectory({});
    const files = new RuleFiles(own, aDirectory({ 'a.yaml': ruleText({ id: 'one' }) }));
    const told = new Promise<string[]>((resolve) => {
      const stop = files.watch(({ rules }) => {
        stop();
        resolve(rules.map(({ spec }) => spec.id));
      }, 5);
    });
    writeFileSync(join(own, 'own.yaml'), ruleText({ id: 'own' }));
    await expect(told).resolves.toEqual(['one', 'own']);
  });
});
