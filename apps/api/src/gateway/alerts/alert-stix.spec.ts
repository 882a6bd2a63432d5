import type { Alert } from '@watchfloor/contracts';
import { type TProperties, type TString, Type } from '@sinclair/typebox';
import { TypeCompiler } from '@sinclair/typebox/compiler';
import fc from 'fast-check';
import { RuleFiles } from '../../pipeline/detection/rule-files.store';
import { type StixBundle, type StixObject, toStixBundle } from './alert-stix';
import { type Indicated, indicatedBy } from './indicated';
import { tacticsOf } from './kill-chain';
import { observableId, uuidV5 } from './stix-id';
import { anAlert } from './testing';

const UUID = '[0-9a-f]{8}-[0-9a-f]{4}-[45][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}';
const id = (type = '[a-z0-9-]+') => Type.String({ pattern: `^${type}--${UUID}$` });
const time = () => Type.String({ pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?Z$' });
const observed = () => Type.Integer({ minimum: 1, maximum: 999_999_999 });

const phases = () =>
  Type.Optional(
    Type.Array(
      Type.Object(
        { kill_chain_name: Type.Literal('mitre-attack'), phase_name: Type.String({ pattern: '^[a-z-]+$' }) },
        { additionalProperties: false },
      ),
      { minItems: 1, uniqueItems: true },
    ),
  );

/** What the standard requires of each type beyond its common members (STIX 2.1, sections 4 to 6), and forbids beyond these. */
const REQUIRED: Readonly<Record<string, TProperties>> = {
  identity: { name: Type.String(), identity_class: Type.Literal('system') },
  'attack-pattern': { name: Type.String(), kill_chain_phases: phases() },
  indicator: {
    name: Type.String(),
    description: Type.String(),
    indicator_types: Type.Array(Type.Literal('malicious-activity'), { minItems: 1 }),
    pattern: Type.String({ minLength: 1 }),
    pattern_type: Type.Literal('stix'),
    valid_from: time(),
    kill_chain_phases: phases(),
    labels: Type.Array(Type.String(), { minItems: 1 }),
  },
  'observed-data': {
    first_observed: time(),
    last_observed: time(),
    number_observed: observed(),
    object_refs: Type.Array(id('ipv[46]-addr'), { minItems: 1, uniqueItems: true }),
  },
  relationship: {
    relationship_type: Type.Literal('indicates'),
    source_ref: id('indicator'),
    target_ref: id('attack-pattern'),
  },
  sighting: {
    description: Type.String(),
    first_seen: time(),
    last_seen: time(),
    count: observed(),
    sighting_of_ref: id('(indicator|attack-pattern)'),
    observed_data_refs: Type.Optional(Type.Array(id('observed-data'), { minItems: 1 })),
    where_sighted_refs: Type.Array(id('identity'), { minItems: 1 }),
  },
};

const OBSERVABLES: Readonly<Record<string, TString>> = {
  'ipv4-addr': Type.String({ pattern: '^\\d{1,3}(\\.\\d{1,3}){3}$' }),
  'ipv6-addr': Type.String({ pattern: '^[0-9a-fA-F:.]+$' }),
};

const reference = Type.Object({
  source_name: Type.String({ minLength: 1 }),
  external_id: Type.String({ minLength: 1 }),
  url: Type.Optional(Type.String({ pattern: '^https://' })),
});

/** What may stand in an object of a type: nothing but this. */
function membersOf(type: string): TProperties {
  const common = { type: Type.Literal(type), spec_version: Type.Literal('2.1'), id: id(type) };
  const value = OBSERVABLES[type];
  if (value) return { ...common, value };
  return {
    ...common,
    created_by_ref: Type.Optional(id('identity')),
    created: time(),
    modified: time(),
    external_references: Type.Optional(Type.Array(reference, { minItems: 1 })),
    ...REQUIRED[type],
  };
}

const checks = new Map(
  [...Object.keys(REQUIRED), ...Object.keys(OBSERVABLES)].map((type) => [
    type,
    TypeCompiler.Compile(Type.Object(membersOf(type), { additionalProperties: false })),
  ]),
);

/** Everything in a bundle that the standard does not allow. */
function faultsOf({ type, id: bundleId, objects }: StixBundle): string[] {
  const ids = objects.map((object) => object.id);
  const known = new Set(ids);
  return [
    ...(type === 'bundle' && new RegExp(`^bundle--${UUID}$`).test(bundleId) ? [] : ['the bundle itself']),
    ...(known.size === ids.length ? [] : ['an object twice']),
    ...objects.flatMap((object) => faultsOfObject(object, known)),
  ];
}

function faultsOfObject(object: StixObject, known: ReadonlySet<string>): string[] {
  const check = checks.get(object.type);
  const wrong = check
    ? [...check.Errors(object)].map(({ path, message }) => `${object.type}${path}: ${message}`)
    : [`unknown type ${object.type}`];
  const references = Object.entries(object).flatMap(([name, value]) =>
    name.endsWith('_ref') || name.endsWith('_refs') ? [value].flat().map(String) : [],
  );
  const dangling = references.filter((one) => !known.has(one)).map((one) => `nothing is ${one}`);
  const order = (
    [
      ['created', 'modified'],
      ['first_observed', 'last_observed'],
      ['first_seen', 'last_seen'],
    ] as const
  ).flatMap(([from, to]) => (String(object[from]) > String(object[to]) ? [`${to} before ${from}`] : []));
  return [...wrong, ...dangling, ...order];
}

const one = (bundle: StixBundle, type: string): StixObject | undefined =>
  bundle.objects.find((object) => object.type === type);

const address = fc.oneof(
  fc.ipV4(),
  fc.ipV6(),
  fc.constantFrom('203.0.113.7', '2001:db8::7', 'gate-1', 'web-2.example', "x' OR [a:b = 'c"),
);
const instant = (least: string): fc.Arbitrary<string> =>
  fc
    .date({ min: new Date(least), max: new Date('2030-01-01'), noInvalidDate: true })
    .map((at) => at.toISOString());

const anyAlert: fc.Arbitrary<Alert> = fc
  .record({
    id: fc.stringMatching(/^[a-z0-9-]{1,20}$/),
    source: fc.array(address, { maxLength: 4 }),
    target: fc.array(address, { maxLength: 4 }),
    rule: fc.constantFrom('of-sources', 'of-targets', 'of-none', 'gone'),
    technique: fc.subarray(['T1110', 'T1110.001', 'T1190', 'T9999']),
    tactic: fc.subarray(['TA0006', 'TA0001', 'TA9999']),
    events: fc.integer({ min: 1, max: 2_000_000_000 }),
    reason: fc.string(),
    firstSeen: instant('1970-01-01'),
    raisedAt: instant('2026-01-01'),
    seenFor: fc.nat(86_400_000),
  })
  .map(({ seenFor, ...over }) =>
    anAlert({ ...over, lastSeen: new Date(Date.parse(over.firstSeen) + seenFor).toISOString() }),
  );

/** What the rules of the tests indicate: those that are not named here exist no more. */
const RULES: Readonly<Record<string, Indicated>> = {
  'ssh-brute-force': 'source',
  'of-sources': 'source',
  'of-targets': 'target',
  'of-none': 'none',
};
const bundleOf = (...alerts: Alert[]): StixBundle => toStixBundle(alerts, (rule) => RULES[rule] ?? 'none');

describe('alerts as STIX', () => {
  it('are a bundle that the standard allows, whatever the alerts', () => {
    fc.assert(
      fc.property(fc.array(anyAlert, { maxLength: 6 }), (alerts) => {
        const distinct = [...new Map(alerts.map((alert) => [alert.id, alert])).values()];
        expect(faultsOf(bundleOf(...distinct))).toEqual([]);
      }),
    );
  });

  it('are the same bundle for the same alerts, with a newer version once one of them changed', () => {
    const before = bundleOf(anAlert({ source: ['1.1.1.1'] }));
    expect(bundleOf(anAlert({ source: ['1.1.1.1'] }))).toEqual(before);
    const changedAt = '2026-01-05T10:02:00.000Z';
    const after = bundleOf(anAlert({ source: ['1.1.1.1'], events: 9, changedAt }));
    expect(after.id).not.toBe(before.id);
    expect(one(after, 'indicator')).toMatchObject({
      id: one(before, 'indicator')?.id,
      created: one(before, 'indicator')?.['created'],
      modified: changedAt,
    });
  });

  it('say which addresses were seen to do what, how often and when', () => {
    const bundle = bundleOf(anAlert({ source: ['1.1.1.1', '2606:4700:4700::1111'], target: ['gate-1'] }));
    expect(one(bundle, 'indicator')).toMatchObject({
      name: 'ssh-brute-force',
      pattern: "[ipv4-addr:value = '1.1.1.1'] OR [ipv6-addr:value = '2606:4700:4700::1111']",
      valid_from: '2026-01-05T10:00:00.000Z',
      kill_chain_phases: [{ kill_chain_name: 'mitre-attack', phase_name: 'credential-access' }],
    });
    expect(one(bundle, 'sighting')).toMatchObject({
      sighting_of_ref: one(bundle, 'indicator')?.id,
      count: 6,
      last_seen: '2026-01-05T10:00:14.000Z',
    });
    expect(one(bundle, 'observed-data')?.['object_refs']).toEqual([
      observableId('ipv4-addr', '1.1.1.1'),
      observableId('ipv6-addr', '2606:4700:4700::1111'),
    ]);
  });

  it('name a technique by its place in ATT&CK, once for all alerts', () => {
    const bundle = bundleOf(anAlert({ id: 'a' }), anAlert({ id: 'b' }));
    const patterns = bundle.objects.filter(({ type }) => type === 'attack-pattern');
    expect(patterns).toHaveLength(1);
    expect(patterns[0]?.['external_references']).toEqual([
      {
        source_name: 'mitre-attack',
        external_id: 'T1110.001',
        url: 'https://attack.mitre.org/techniques/T1110/001',
      },
    ]);
  });

  it('sight the technique itself where no source has an address', () => {
    const bundle = bundleOf(anAlert({ source: [], target: [] }));
    expect(one(bundle, 'sighting')?.['sighting_of_ref']).toBe(one(bundle, 'attack-pattern')?.id);
    expect(one(bundle, 'observed-data')).toBeUndefined();
  });
});

describe('the indicator of an alert', () => {
  const patternOf = (over: Partial<Alert>): unknown => one(bundleOf(anAlert(over)), 'indicator')?.['pattern'];
  const called = { source: ['10.0.0.5', '9.9.9.9'], target: ['1.1.1.1', '10.0.0.6'] };

  it('has the addresses of the side that the rule names', () => {
    expect(patternOf({ ...called, rule: 'of-sources' })).toBe("[ipv4-addr:value = '9.9.9.9']");
    expect(patternOf({ ...called, rule: 'of-targets' })).toBe("[ipv4-addr:value = '1.1.1.1']");
  });

  it.each(['of-none', 'gone'])('is none for a rule that indicates nobody or exists no more: %s', (rule) => {
    const bundle = bundleOf(anAlert({ ...called, rule }));
    expect(one(bundle, 'indicator')).toBeUndefined();
    expect(one(bundle, 'relationship')).toBeUndefined();
    expect(one(bundle, 'sighting')?.['sighting_of_ref']).toBe(one(bundle, 'attack-pattern')?.id);
    expect(one(bundle, 'observed-data')?.['object_refs']).toHaveLength(4);
  });

  it.each([
    ...['10.1.2.3', '172.20.0.1', '192.168.1.1', '127.0.0.1', '169.254.7.7', '100.64.0.1', '0.0.0.0'],
    ...[
      '224.0.0.1',
      '192.0.2.1',
      '198.18.0.9',
      '198.51.100.7',
      '203.0.113.7',
      '240.0.0.1',
      '255.255.255.255',
    ],
    ...['::1', '::', 'fe80::1', 'fd00::1', 'ff02::1', '2001:db8::7', '::ffff:10.0.0.1', 'gate-1'],
  ])('never has %s, which is no host of the internet', (address) => {
    expect(patternOf({ source: [address] })).toBeUndefined();
  });
});

describe('the techniques of an alert', () => {
  const rules = new RuleFiles(undefined).current.rules.map(({ spec }) => spec);

  it('are in the phases of their tactics, whatever alert names them', () => {
    const phasesOf = (technique: string): unknown => {
      const bundle = bundleOf(anAlert({ technique: [technique], tactic: ['TA0040'] }));
      return one(bundle, 'attack-pattern')?.['kill_chain_phases'];
    };
    expect(phasesOf('T1110.001')).toEqual([
      { kill_chain_name: 'mitre-attack', phase_name: 'credential-access' },
    ]);
    expect(phasesOf('T9999')).toBeUndefined();
  });

  it('are known in every rule of the project, with a tactic of the rule', () => {
    const strange = rules.filter(({ technique, tactic }) =>
      technique.some((id) => !tacticsOf(id).some((one) => tactic.includes(one))),
    );
    expect(strange.map(({ id }) => id)).toEqual([]);
  });
});

describe('what a rule indicates', () => {
  const rules = new RuleFiles(undefined).current.rules.map(({ spec }) => spec);
  const indicated = new Map(rules.map((spec) => [spec.id, indicatedBy(spec)]));

  it.each<[Indicated, string[]]>([
    ['source', ['ssh-brute-force', 'port-scan-vertical', 'exploit-log4shell']],
    ['target', ['beaconing', 'exfiltration-by-volume']],
    ['none', ['http-flood', 'http-overload', 'network-flood', 'login-from-new-source', 'dns-tunnel']],
  ])('is the %s of %j', (side, ids) => {
    expect(ids.map((id) => indicated.get(id))).toEqual(ids.map(() => side));
  });

  it('is the source where it does not say it and looks at sources apart, else nobody', () => {
    const silent = rules.map(({ indicates: _, ...spec }) => spec)[0];
    if (!silent) throw new Error('no rule');
    expect(indicatedBy({ ...silent, key: ['source.ip', 'destination.ip'] })).toBe('source');
    expect(indicatedBy({ ...silent, key: 'destination.ip' })).toBe('none');
  });
});

describe('ids of STIX', () => {
  it('are name-based UUIDs of version 5', () => {
    // The example of RFC 9562, appendix A.4.
    expect(uuidV5('6ba7b810-9dad-11d1-80b4-00c04fd430c8', 'www.example.com')).toBe(
      '2ed6657d-e927-568b-95e1-2665a8aea6a2',
    );
  });
});
