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

test('reports an id that two files use', () => {
  const { problems } = readRules([
    { name: 'a.yaml', text: valid },
    { name: 'b.yaml', text: valid },
  ]);
  expect(problems.map(({ message }) => message)).toEqual(['two rules have the id a-rule']);
});
