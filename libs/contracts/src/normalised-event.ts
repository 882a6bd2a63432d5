import { Type, type Static, type TProperties } from '@sinclair/typebox';

/**
 * The normalised event: the subset of the Elastic Common Schema 9 that the pipeline keeps, nested.
 * https://www.elastic.co/docs/reference/ecs (Apache-2.0), pinned to 9.4.0.
 * This schema is the one definition: the types, the published JSON Schema and the validators come from it.
 */
export const ECS_VERSION = '9.4.0';

/** Bounds, in characters, on what an event may carry. `event.original` is bounded in bytes when it is stored. */
export const TEXT_LIMITS = { keyword: 1024, path: 8192, original: 4096, id: 64 } as const;

const group = <T extends TProperties>(properties: T) =>
  Type.Object(properties, { additionalProperties: false });
const keyword = () => Type.String({ maxLength: TEXT_LIMITS.keyword });
const long = () => Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });
const port = () => Type.Integer({ minimum: 0, maximum: 65_535 });

/** ECS allowed values for `event.category`. */
export const EVENT_CATEGORIES = [
  'api',
  'authentication',
  'configuration',
  'database',
  'driver',
  'email',
  'file',
  'host',
  'iam',
  'intrusion_detection',
  'library',
  'malware',
  'network',
  'package',
  'process',
  'registry',
  'session',
  'threat',
  'vulnerability',
  'web',
] as const;

/** ECS allowed values for `event.type`. */
export const EVENT_TYPES = [
  'access',
  'admin',
  'allowed',
  'change',
  'connection',
  'creation',
  'deletion',
  'denied',
  'device',
  'end',
  'error',
  'group',
  'indicator',
  'info',
  'installation',
  'protocol',
  'start',
  'user',
] as const;

export const EVENT_KINDS = [
  'alert',
  'asset',
  'enrichment',
  'event',
  'metric',
  'state',
  'pipeline_error',
  'signal',
] as const;

export const EVENT_OUTCOMES = ['failure', 'success', 'unknown'] as const;

export type EventCategory = (typeof EVENT_CATEGORIES)[number];
export type EventType = (typeof EVENT_TYPES)[number];
export type EventOutcome = (typeof EVENT_OUTCOMES)[number];

const literals = <T extends string>(values: readonly T[]) =>
  Type.Union(values.map((value) => Type.Literal(value)));

export const GeoSchema = group({
  location: Type.Optional(
    group({
      lat: Type.Number({ minimum: -90, maximum: 90 }),
      lon: Type.Number({ minimum: -180, maximum: 180 }),
    }),
  ),
  country_iso_code: Type.Optional(Type.String({ pattern: '^[A-Z]{2}$' })),
  country_name: Type.Optional(keyword()),
  city_name: Type.Optional(keyword()),
  region_name: Type.Optional(keyword()),
  /** Not in ECS: how exact the location is; `synthetic` marks the address plan of the simulator. */
  precision: Type.Optional(literals(['city', 'country', 'synthetic'] as const)),
});

export const EndpointSchema = group({
  ip: Type.Optional(Type.String({ maxLength: 45 })),
  port: Type.Optional(port()),
  address: Type.Optional(keyword()),
  domain: Type.Optional(keyword()),
  mac: Type.Optional(keyword()),
  bytes: Type.Optional(long()),
  packets: Type.Optional(long()),
  geo: Type.Optional(GeoSchema),
  as: Type.Optional(
    group({
      number: Type.Optional(long()),
      organization: Type.Optional(group({ name: Type.Optional(keyword()) })),
    }),
  ),
  user: Type.Optional(group({ name: Type.Optional(keyword()) })),
});

export const NormalisedEventSchema = Type.Object(
  {
    /** Event time: UTC, milliseconds. */
    '@timestamp': Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}\\.\\d{3}Z$' }),
    message: Type.Optional(Type.String({ maxLength: TEXT_LIMITS.path })),
    tags: Type.Optional(Type.Array(keyword(), { maxItems: 32 })),
    ecs: Type.Optional(group({ version: keyword() })),
    event: group({
      id: Type.Optional(Type.String({ pattern: '^[A-Za-z0-9_-]{1,64}$' })),
      kind: Type.Optional(literals(EVENT_KINDS)),
      category: Type.Array(literals(EVENT_CATEGORIES), { minItems: 1, maxItems: 8 }),
      type: Type.Optional(Type.Array(literals(EVENT_TYPES), { maxItems: 8 })),
      action: Type.Optional(keyword()),
      outcome: Type.Optional(literals(EVENT_OUTCOMES)),
      severity: Type.Optional(Type.Integer({ minimum: 0, maximum: 100 })),
      dataset: Type.Optional(keyword()),
      module: Type.Optional(keyword()),
      provider: Type.Optional(keyword()),
      code: Type.Optional(keyword()),
      reason: Type.Optional(keyword()),
      duration: Type.Optional(long()),
      start: Type.Optional(Type.String({ maxLength: 64 })),
      end: Type.Optional(Type.String({ maxLength: 64 })),
      created: Type.Optional(Type.String({ maxLength: 64 })),
      sequence: Type.Optional(long()),
      original: Type.Optional(Type.String({ maxLength: TEXT_LIMITS.original })),
    }),
    source: Type.Optional(EndpointSchema),
    destination: Type.Optional(EndpointSchema),
    network: Type.Optional(
      group({
        transport: Type.Optional(keyword()),
        protocol: Type.Optional(keyword()),
        direction: Type.Optional(keyword()),
        type: Type.Optional(keyword()),
        iana_number: Type.Optional(keyword()),
        bytes: Type.Optional(long()),
        packets: Type.Optional(long()),
        community_id: Type.Optional(keyword()),
      }),
    ),
    user: Type.Optional(
      group({
        name: Type.Optional(keyword()),
        id: Type.Optional(keyword()),
        domain: Type.Optional(keyword()),
        target: Type.Optional(group({ name: Type.Optional(keyword()), id: Type.Optional(keyword()) })),
        effective: Type.Optional(group({ name: Type.Optional(keyword()) })),
      }),
    ),
    group: Type.Optional(group({ name: Type.Optional(keyword()), id: Type.Optional(keyword()) })),
    host: Type.Optional(group({ name: Type.Optional(keyword()), hostname: Type.Optional(keyword()) })),
    process: Type.Optional(
      group({
        name: Type.Optional(keyword()),
        pid: Type.Optional(long()),
        command_line: Type.Optional(Type.String({ maxLength: TEXT_LIMITS.path })),
        executable: Type.Optional(keyword()),
        working_directory: Type.Optional(keyword()),
      }),
    ),
    service: Type.Optional(group({ name: Type.Optional(keyword()), type: Type.Optional(keyword()) })),
    log: Type.Optional(
      group({
        level: Type.Optional(keyword()),
        syslog: Type.Optional(
          group({
            priority: Type.Optional(long()),
            hostname: Type.Optional(keyword()),
            appname: Type.Optional(keyword()),
          }),
        ),
      }),
    ),
    url: Type.Optional(
      group({
        path: Type.Optional(Type.String({ maxLength: TEXT_LIMITS.path })),
        query: Type.Optional(Type.String({ maxLength: TEXT_LIMITS.path })),
        original: Type.Optional(Type.String({ maxLength: TEXT_LIMITS.path })),
        domain: Type.Optional(keyword()),
        scheme: Type.Optional(keyword()),
        port: Type.Optional(port()),
      }),
    ),
    http: Type.Optional(
      group({
        version: Type.Optional(keyword()),
        request: Type.Optional(
          group({
            method: Type.Optional(keyword()),
            referrer: Type.Optional(Type.String({ maxLength: TEXT_LIMITS.path })),
            bytes: Type.Optional(long()),
            body: Type.Optional(group({ bytes: Type.Optional(long()) })),
          }),
        ),
        response: Type.Optional(
          group({
            status_code: Type.Optional(Type.Integer({ minimum: 0, maximum: 999 })),
            mime_type: Type.Optional(keyword()),
            bytes: Type.Optional(long()),
            body: Type.Optional(group({ bytes: Type.Optional(long()) })),
          }),
        ),
      }),
    ),
    user_agent: Type.Optional(
      group({ original: Type.Optional(Type.String({ maxLength: TEXT_LIMITS.path })) }),
    ),
    dns: Type.Optional(
      group({
        id: Type.Optional(keyword()),
        type: Type.Optional(keyword()),
        question: Type.Optional(
          group({
            name: Type.Optional(keyword()),
            type: Type.Optional(keyword()),
            class: Type.Optional(keyword()),
          }),
        ),
        response_code: Type.Optional(keyword()),
        resolved_ip: Type.Optional(Type.Array(keyword(), { maxItems: 64 })),
      }),
    ),
    tls: Type.Optional(
      group({
        version: Type.Optional(keyword()),
        client: Type.Optional(
          group({ server_name: Type.Optional(keyword()), ja3: Type.Optional(keyword()) }),
        ),
        server: Type.Optional(
          group({
            subject: Type.Optional(keyword()),
            issuer: Type.Optional(keyword()),
            ja3s: Type.Optional(keyword()),
          }),
        ),
      }),
    ),
    file: Type.Optional(
      group({
        path: Type.Optional(Type.String({ maxLength: TEXT_LIMITS.path })),
        name: Type.Optional(keyword()),
        size: Type.Optional(long()),
        hash: Type.Optional(group({ sha256: Type.Optional(keyword()), md5: Type.Optional(keyword()) })),
      }),
    ),
    observer: Type.Optional(
      group({
        name: Type.Optional(keyword()),
        hostname: Type.Optional(keyword()),
        ip: Type.Optional(keyword()),
        type: Type.Optional(keyword()),
        vendor: Type.Optional(keyword()),
        product: Type.Optional(keyword()),
        ingress: Type.Optional(
          group({ interface: Type.Optional(group({ name: Type.Optional(keyword()) })) }),
        ),
        egress: Type.Optional(group({ interface: Type.Optional(group({ name: Type.Optional(keyword()) })) })),
      }),
    ),
    rule: Type.Optional(
      group({
        id: Type.Optional(keyword()),
        name: Type.Optional(keyword()),
        category: Type.Optional(keyword()),
        ruleset: Type.Optional(keyword()),
        version: Type.Optional(keyword()),
      }),
    ),
    threat: Type.Optional(
      group({
        framework: Type.Optional(keyword()),
        tactic: Type.Optional(
          group({
            id: Type.Optional(Type.Array(keyword(), { maxItems: 16 })),
            name: Type.Optional(Type.Array(keyword(), { maxItems: 16 })),
          }),
        ),
        technique: Type.Optional(
          group({
            id: Type.Optional(Type.Array(keyword(), { maxItems: 16 })),
            name: Type.Optional(Type.Array(keyword(), { maxItems: 16 })),
          }),
        ),
      }),
    ),
    related: Type.Optional(
      group({
        ip: Type.Optional(Type.Array(Type.String({ maxLength: 45 }), { maxItems: 64 })),
        user: Type.Optional(Type.Array(keyword(), { maxItems: 64 })),
        hosts: Type.Optional(Type.Array(keyword(), { maxItems: 64 })),
      }),
    ),
    labels: Type.Optional(
      Type.Record(Type.String({ pattern: '^[A-Za-z0-9_]{1,64}$' }), keyword(), {
        maxProperties: 32,
        additionalProperties: false,
      }),
    ),
  },
  {
    $id: 'https://watchfloor.dev/schema/normalised-event.json',
    title: 'Normalised event',
    description: `Elastic Common Schema ${ECS_VERSION} subset kept by Watchfloor`,
    additionalProperties: false,
  },
);

/** One event after normalisation, nested as in ECS. Endpoint geography and network are added by enrichment. */
export type NormalisedEvent = Static<typeof NormalisedEventSchema>;

export type Endpoint = Static<typeof EndpointSchema>;
export type Geo = Static<typeof GeoSchema>;
