import type { Alert } from '@watchfloor/contracts';
import { type TProperties, type TString, Type } from '@sinclair/typebox';
import { TypeCompiler } from '@sinclair/typebox/compiler';
import fc from 'fast-check';
import { type StixBundle, type StixObject, toStixBundle } from './alert-stix';
import { observableId, uuidV5 } from './stix-id';
import { anAlert } from './testing';

const UUID = '[0-9a-f]{8}-[0-9a-f]{4}-[45][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}';
const id = (type = '[a-z0-9-]+') => Type.String({ pattern: `^${type}--${UUID}$` });
const time = () => Type.String({ pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?Z$' });
const observed = () => Type.Integer({ minimum: 1, maximum: 999_999_999 });

/** What the standard requires of each type beyond its common members (STIX 2.1, sections 4 to 6), and forbids beyond these. */
const REQUIRED: Readonly<Record<string, TProperties>> = {
  identity: { name: Type.String(), identity_class: Type.Literal('system') },
  'attack-pattern': { name: Type.String() },
  indicator: {
    name: Type.String(),
    description: Type.String(),
    indicator_types: Type.Array(Type.Literal('malicious-activity'), { minItems: 1 }),
    pattern: Type.String({ minLength: 1 }),
    pattern_type: Type.Literal('stix'),
    valid_from: time(),
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
    technique: fc.subarray(['T1110', 'T1110.001', 'T1190']),
    events: fc.integer({ min: 1, max: 2_000_000_000 }),
    reason: fc.string(),
    firstSeen: instant('1970-01-01'),
    raisedAt: instant('2026-01-01'),
    seenFor: fc.nat(86_400_000),
  })
  .map(({ seenFor, ...over }) =>
    anAlert({ ...over, lastSeen: new Date(Date.parse(over.firstSeen) + seenFor).toISOString() }),
  );

describe('alerts as STIX', () => {
  it('are a bundle that the standard allows, whatever the alerts', () => {
    fc.assert(
      fc.property(fc.array(anyAlert, { maxLength: 6 }), (alerts) => {
        const distinct = [...new Map(alerts.map((alert) => [alert.id, alert])).values()];
        expect(faultsOf(toStixBundle(distinct))).toEqual([]);
      }),
    );
  });

  it('are the same bundle for the same alerts, with a newer version once one of them changed', () => {
    const before = toStixBundle([anAlert()]);
    expect(toStixBundle([anAlert()])).toEqual(before);
    const changedAt = '2026-01-05T10:02:00.000Z';
    const after = toStixBundle([anAlert({ events: 9, changedAt })]);
    expect(after.id).not.toBe(before.id);
    expect(one(after, 'indicator')).toMatchObject({
      id: one(before, 'indicator')?.id,
      created: one(before, 'indicator')?.['created'],
      modified: changedAt,
    });
  });

  it('say which addresses were seen to do what, how often and when', () => {
    const bundle = toStixBundle([anAlert({ source: ['203.0.113.7', '2001:db8::7'], target: ['gate-1'] })]);
    expect(one(bundle, 'indicator')).toMatchObject({
      name: 'ssh-brute-force',
      pattern: "[ipv4-addr:value = '203.0.113.7'] OR [ipv6-addr:value = '2001:db8::7']",
      valid_from: '2026-01-05T10:00:00.000Z',
    });
    expect(one(bundle, 'sighting')).toMatchObject({
      sighting_of_ref: one(bundle, 'indicator')?.id,
      count: 6,
      last_seen: '2026-01-05T10:00:14.000Z',
    });
    expect(one(bundle, 'observed-data')?.['object_refs']).toEqual([
      observableId('ipv4-addr', '203.0.113.7'),
      observableId('ipv6-addr', '2001:db8::7'),
    ]);
  });

  it('name a technique by its place in ATT&CK, once for all alerts', () => {
    const bundle = toStixBundle([anAlert({ id: 'a' }), anAlert({ id: 'b' })]);
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
    const bundle = toStixBundle([anAlert({ source: [], target: [] })]);
    expect(one(bundle, 'sighting')?.['sighting_of_ref']).toBe(one(bundle, 'attack-pattern')?.id);
    expect(one(bundle, 'observed-data')).toBeUndefined();
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
