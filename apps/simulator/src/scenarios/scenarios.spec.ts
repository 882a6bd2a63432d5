import { findScenario, plan, SCENARIO_NAMES } from './library';
import { planScenario } from './plan-scenario';
import { readYaml, ScenarioError } from './read-yaml';
import { readDuration } from './duration';
import { OrganisationSchema, ScenarioSchema, type ScenarioText } from './scenario';

const ORGANISATION = readYaml(
  'organisation.yaml',
  `
targets:
  web01: { country: NL, number: 5, port: 443, writes: [nginx.access] }
actors:
  staff: { kind: users, size: 4, origin: { NL: 1 } }
`,
  OrganisationSchema,
);

const SCENARIO = `name: probe
title: A probe
summary: One machine probes.
lesson: >
  Look.
length: 1m
phases:
  - name: probing
    stage: reconnaissance
    technique: T1595.003
    actor: staff
    does: http-probing
    targets: [web01]
    startsAt: 0s
    lasts: 30s
    rate: { shape: constant, perSecond: 2 }
`;

const read = (text: string): ScenarioText => readYaml('probe.yaml', text, ScenarioSchema);
const planOf = (text: string) =>
  planScenario(read(text), {
    organisation: ORGANISATION,
    find: (name) => (name === 'probe' ? read(SCENARIO) : undefined),
  });

function problemsOf(action: () => unknown): readonly string[] {
  try {
    action();
  } catch (error) {
    if (error instanceof ScenarioError) return error.problems;
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('the library', () => {
  it('has the sixteen scenarios of the documentation, each under its own name', () => {
    expect(SCENARIO_NAMES).toHaveLength(16);
    expect(SCENARIO_NAMES.map((name) => findScenario(name)?.name)).toEqual(SCENARIO_NAMES);
  });

  it.each(SCENARIO_NAMES)('can run %s, and every attack in it names its technique', (name) => {
    const scenario = findScenario(name);
    if (scenario === undefined) throw new Error(`no scenario ${name}`);
    const { phases } = plan(scenario);
    expect(phases.length).toBeGreaterThan(0);
    for (const { stage, technique } of phases) expect(stage === 'background' || technique !== '').toBe(true);
  });

  it('has none of the name of a property that every object has', () => {
    expect(findScenario('constructor')).toBeUndefined();
  });
});

describe('reading a scenario', () => {
  it('names the line and the field of each problem', () => {
    const text = SCENARIO.replace('stage: reconnaissance', 'stage: later').replace(
      'perSecond: 2',
      'perSecond: -1',
    );
    const problems = problemsOf(() => read(text));
    expect(problems).toHaveLength(2);
    expect(problems[0]).toMatch(/^line 9: phases\/0\/stage: .*one of background/);
    expect(problems[1]).toMatch(/^line 16: phases\/0\/rate/);
  });

  it('refuses a field that it does not know', () => {
    expect(problemsOf(() => read(`${SCENARIO}colour: red\n`))[0]).toMatch(/^line 17: colour/);
  });

  it('names the line where the YAML itself is broken', () => {
    expect(problemsOf(() => read('name: [a\ntitle: b'))[0]).toMatch(/^line 2/);
  });

  it('names a missing field', () => {
    expect(problemsOf(() => read(SCENARIO.replace('title: A probe\n', '')))).toEqual([
      expect.stringContaining('title'),
    ]);
  });
});

describe('planning a scenario', () => {
  it('refuses what does not exist, all at once', () => {
    const text = SCENARIO.replace('actor: staff', 'actor: nobody').replace('[web01]', '[web09]');
    expect(problemsOf(() => planOf(text))).toEqual([
      'phase probing: no actor nobody',
      'phase probing: no target web09',
    ]);
  });

  it('refuses a behaviour that the software of the target does not notice', () => {
    const text = SCENARIO.replace('does: http-probing', 'does: ssh-sessions');
    expect(problemsOf(() => planOf(text))).toEqual([
      'phase probing: nothing that web01 writes shows ssh-sessions',
    ]);
  });

  it('refuses a member that the actor does not have', () => {
    const asMember = (member: number) =>
      planOf(SCENARIO.replace('    lasts: 30s', `    lasts: 30s\n    with: { member: ${member} }`));
    expect(asMember(3).phases).toMatchObject([{ options: { member: 3 }, actor: { shared: true } }]);
    expect(problemsOf(() => asMember(4))).toEqual(['phase probing: staff has no member 4']);
  });

  it('refuses an attack without a technique', () => {
    expect(problemsOf(() => planOf(SCENARIO.replace('    technique: T1595.003\n', '')))).toEqual([
      'phase probing: an attack names its technique',
    ]);
  });

  it('includes another scenario later, at another scale, and cuts what does not fit', () => {
    const text = `name: mix\ntitle: Mix\nsummary: Mix.\nlesson: Mix.\nlength: 1m\ninclude:\n  - { scenario: probe, startsAt: 40s, scale: 3 }\n`;
    expect(planOf(text).phases).toMatchObject([
      {
        scenario: 'probe',
        occurrence: '@40s',
        startsAtMs: 40_000,
        lastsMs: 20_000,
        rate: { shape: 'constant', perSecond: 6 },
      },
    ]);
  });

  it('refuses a scenario that includes itself', () => {
    const text = `${SCENARIO}include:\n  - { scenario: probe }\n`;
    expect(problemsOf(() => planOf(text))).toEqual(['include: no scenario probe']);
  });
});

describe('readDuration', () => {
  it.each([
    ['250ms', 250],
    ['90s', 90_000],
    ['1.5m', 90_000],
    ['2h', 7_200_000],
    ['1d', 86_400_000],
    ['', undefined],
    ['10', undefined],
    ['-5s', undefined],
    ['5 s', undefined],
  ])('reads %s as %s milliseconds', (text, ms) => {
    expect(readDuration(text)).toBe(ms);
  });
});
