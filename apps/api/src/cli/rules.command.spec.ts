import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkRules } from './rules.command';
import { CommandError } from './terminal';

const rule = (id: string, expected: string) => `  - id: ${id}
    description: A rule of a test.
    severity: high
    technique: [T1110]
    tactic: [TA0006]
    references: [https://attack.mitre.org/techniques/T1110/]
    falsePositives: [none]
    where: { event.category: web }
    kind: trigger
    key: source.ip
    silence: 1m
    reason: '{events} requests within {span}'
    tests:
      - name: one request
        event: { event.category: [web], source.ip: 192.0.2.1 }
        events: [{ at: 0s }]
        alerts: ${expected}
      - name: nothing of the web
        event: { event.category: [network], source.ip: 192.0.2.1 }
        events: [{ at: 0s }]
        alerts: []
`;

describe('rules', () => {
  let directory: string;

  beforeEach(() => (directory = mkdtempSync(join(tmpdir(), 'rules-'))));
  afterEach(() => rmSync(directory, { recursive: true }));

  /** What is said of a directory with these files. */
  function refusal(files: Readonly<Record<string, string>>): string {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text);
    try {
      return JSON.stringify(checkRules(directory));
    } catch (error) {
      expect(error).toBeInstanceOf(CommandError);
      return String((error as Error).message).replaceAll(directory, 'DIR');
    }
  }

  it('counts the rules and tests that hold', () => {
    expect(refusal({ 'a.yaml': `rules:\n${rule('one', '[{ source: 192.0.2.1 }]')}` })).toBe(
      '{"rules":1,"tests":2}',
    );
  });

  it('are valid, and their tests hold, where they come with the project', () => {
    expect(checkRules(undefined).rules).toBeGreaterThan(50);
  });

  it('names every test that does not hold, with its line', () => {
    const text = `rules:\n${rule('one', '[]')}${rule('two', '[{ source: 192.0.2.9, events: 2 }]')}`;
    expect(refusal({ 'a.yaml': text }).split('\n')).toEqual([
      'tests of rules do not hold:',
      'DIR/a.yaml:15: one: the test "one request" does not hold: 1 alerts, expected 0',
      'DIR/a.yaml:36: two: the test "one request" does not hold: source is ["192.0.2.1"], expected "192.0.2.9"',
      'DIR/a.yaml:36: two: the test "one request" does not hold: events is 1, expected 2',
    ]);
  });

  it('names the mistakes of the files first', () => {
    const text = `rules:\n${rule('one', '[]').replace('trigger', 'tigger')}`;
    expect(refusal({ 'a.yaml': text })).toMatch(
      /^the rules have mistakes:\nDIR\/a\.yaml:10: rules\.0\.kind: /,
    );
  });

  it('says that a directory is not there, or has no rules', () => {
    expect(refusal({ 'notes.txt': '' })).toBe('there are no rules in DIR');
    expect(() => checkRules('/nowhere/rules')).toThrow('/nowhere/rules: cannot be read: ENOENT');
  });
});
