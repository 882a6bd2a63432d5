import { problemText, readRules } from './read-rules';

const valid = `rules:
  - id: a-rule
    description: A rule of a test.
    severity: high
    technique: [T1110]
    tactic: [TA0006]
    references: [https://attack.mitre.org/techniques/T1110/]
    falsePositives: [none]
    where: { event.category: web }
    kind: bucket
    key: source.ip
    capacity: 5
    leak: 10s
    silence: 1m
    reason: '{events} requests within {span}'
    tests: [{ name: a, event: {}, events: [{ at: 0s }], alerts: [] }]
`;

const problemsOf = (text: string) => readRules([{ name: 'a.yaml', text }]).problems.map(problemText);

test('reads a valid rule', () => {
  expect(problemsOf(valid)).toEqual([]);
});

test.each([
  ['a value of the wrong kind', 'capacity: 5', 'capacity: many', 'a.yaml:12: capacity: '],
  ['an unknown field', 'capacity: 5', 'capacity: 5\n    speed: 5', 'a.yaml:13: speed: unexpected property'],
  ['a missing field', '    leak: 10s\n', '', 'a.yaml:2: leak: '],
  ['a duration without a unit', 'leak: 10s', 'leak: 10', 'a.yaml:13: leak: '],
  ['a kind that does not exist', 'kind: bucket', 'kind: pail', 'a.yaml:10: rules.0.kind: '],
  [
    'a field that does not exist in a filter',
    'event.category: web',
    'event.categories: web',
    'a.yaml:9: a-rule: no field',
  ],
  [
    'a key that splits the order of a source',
    'key: source.ip',
    'key: user.name',
    'a.yaml:11: a-rule: a bucket depends on order',
  ],
  ['a figure that the kind does not have', '{span}', '{sum}', 'a.yaml:15: a-rule: no figure {sum}'],
  ['what is no YAML', 'capacity: 5', 'capacity: [5', 'a.yaml:13: '],
])('reports %s with its line', (_what, part, replacement, problem) => {
  expect(problemsOf(valid.replace(part, replacement))[0]).toContain(problem);
});

test('reports an id that two files use where the second stands, and names the first', () => {
  const { problems } = readRules([
    { name: 'a.yaml', text: valid },
    { name: 'b.yaml', text: `# Mine.\n${valid}` },
  ]);
  expect(problems.map(problemText)).toEqual(['b.yaml:3: the rule at a.yaml:2 has the id a-rule too']);
});

test('reports an id that one file uses three times at each but the first', () => {
  const [, rule = ''] = valid.split('rules:\n');
  expect(problemsOf(`${valid}${rule}${rule}`)).toEqual([
    'a.yaml:17: the rule at a.yaml:2 has the id a-rule too',
    'a.yaml:32: the rule at a.yaml:2 has the id a-rule too',
  ]);
});

const without = (...names: readonly string[]) =>
  valid.replace(new RegExp(`    (${names.join('|')}): .*\\n`, 'g'), '');
const window = without('capacity', 'leak').replace(
  'kind: bucket',
  'kind: threshold\n    limit: 5\n    window: 0s',
);
const beacon = (shortest: string, longest: string) =>
  without('capacity', 'leak').replace(
    'kind: bucket',
    `kind: beacon\n    intervals: 5\n    jitter: 0.1\n    shortest: ${shortest}\n    longest: ${longest}`,
  );
const where = (condition: string) => valid.replace('event.category: web', `url.path: { ${condition} }`);

test.each([
  [
    'a bucket that leaks at once',
    valid.replace('leak: 10s', 'leak: 0s'),
    '13: leak: expected a duration above zero',
  ],
  ['a window of no length', window, '12: window: expected a duration above zero'],
  ['intervals of no length', beacon('0.0s', '1h'), '13: shortest: expected a duration above zero'],
  ['intervals that cannot be', beacon('1h', '1m'), '14: a-rule: longest is shorter than shortest'],
  [
    'a silence of no length',
    valid.replace('silence: 1m', 'silence: 0ms'),
    '14: silence: expected a duration above',
  ],
  ['existence that is neither', where("exists: 'yes'"), '9: a-rule: this operator takes true or false'],
  ['several patterns', where('matches: [a, b]'), '9: a-rule: this operator takes one pattern, a string'],
  [
    'a pattern that is a number',
    where('matches: 404'),
    '9: a-rule: this operator takes one pattern, a string',
  ],
])('refuses %s', (_what, text, problem) => {
  expect(problemsOf(text)).toEqual([expect.stringContaining(`a.yaml:${problem}`)]);
});

test.each([
  [
    'of the event',
    'event: { event.outcom: failure, url.path: / }',
    ['16: a-rule: no field event.outcom in an event'],
  ],
  [
    'that is derived',
    'event: { url.decoded.path: / }',
    ['16: a-rule: no field url.decoded.path in an event'],
  ],
  ['that is a group', 'event: { source: { ip: 192.0.2.1 } }', ['16: a-rule: no field source in an event']],
  [
    'that some events differ in',
    'event: {},\n      events: [{ at: 0s,\n        set: { usr.name: a } }, { at: 1s,\n        set: { event.kin: a } }],\n      alerts: [] }]\n#',
    ['18: a-rule: no field usr.name in an event', '19: a-rule: no field event.kin in an event'],
  ],
  ['unless it is a label', 'event: { labels.anything: a }', []],
  ['unless it is removed', 'event: { user.name: null }', []],
])('refuses a field in a test that no event has, %s', (_what, event, problems) => {
  expect(problemsOf(valid.replace('event: {}', event))).toEqual(problems.map((text) => `a.yaml:${text}`));
});

test('events of a test may come at once', () => {
  expect(problemsOf(valid.replace('{ at: 0s }', '{ at: 0s, times: 3, every: 0s }'))).toEqual([]);
});

describe('an alias', () => {
  const withEvents = (events: string) =>
    valid
      .replace('rules:\n', `define: { event: &event { source.ip: 203.0.113.7 }, list: &list [1] }\nrules:\n`)
      .replace('event: {}', events);

  it.each([
    ['of an anchor that is not there', 'event: *evnet', 'a.yaml:17: no anchor &evnet before this alias'],
    ['within its own anchor', 'event: &own { tags: *own }', 'a.yaml:17: *own is within itself'],
    ['that merges a list', 'event: { <<: *list }', 'a.yaml:17: << merges mappings only'],
    [
      'that merges a list with others',
      'event: { <<: [*event, *list] }',
      'a.yaml:17: << merges mappings only',
    ],
  ])('%s is reported with its line', (_what, events, problem) => {
    expect(problemsOf(withEvents(events))).toEqual([problem]);
  });

  it('may stand for its anchor as often as the tests of many rules need it', () => {
    const many = withEvents(`event: *event, events: [${'{ at: 0s, set: *event }, '.repeat(5_000)}]`);
    expect(problemsOf(many.replace(', events: [{ at: 0s }], alerts', ', alerts'))).toEqual([]);
  });

  it('is refused once too many are in one file, at the first that is too many', () => {
    const many = withEvents(`event: {a: [${'\n          *event, '.repeat(10_001)}]}`);
    expect(problemsOf(many)).toEqual(['a.yaml:10018: more than 10000 aliases in one file']);
  });

  it('of aliases is refused when its content would grow without bound', () => {
    const levels = Array.from(
      { length: 12 },
      (_none, level) => `  - &l${level + 1} [${`*l${level}, `.repeat(10)}]`,
    ).join('\n');
    expect(problemsOf(`define:\n  bomb:\n  - &l0 [1]\n${levels}\n${valid}`)).toEqual([
      'a.yaml:9: aliases of aliases make more than 1000000 values of this file',
    ]);
  });
});

it.each([100, 1_000, 1_500, 20_000])('reports lists %d deep as what they are: no rules', (depth) => {
  expect(problemsOf(`${'['.repeat(depth)}${']'.repeat(depth)}`)[0]).toMatch(/^a\.yaml:1: /);
});
