/**
 * How a field of an event is written in a batch. A `word` has few values and becomes part of the event's shape; a `name`
 * recurs and is written once a batch; `ends` are the event's own addresses as a rule; the keys of an `open` object are
 * chosen by senders; everything else is `free`.
 */
export type FieldRole = 'word' | 'name' | 'time' | 'ends' | 'open' | 'free';

const WORDS: readonly string[] = [
  'ecs.version',
  'event.kind',
  'event.category',
  'event.type',
  'event.action',
  'event.outcome',
  'event.severity',
  'event.dataset',
  'event.module',
  'event.provider',
  'network.transport',
  'network.protocol',
  'network.direction',
  'network.type',
  'network.iana_number',
  'process.name',
  'service.name',
  'service.type',
  'log.level',
  'log.syslog.appname',
  'log.syslog.priority',
  'url.scheme',
  'http.version',
  'http.request.method',
  'http.response.status_code',
  'http.response.mime_type',
  'dns.type',
  'dns.question.type',
  'dns.question.class',
  'dns.response_code',
  'tls.version',
  'observer.type',
  'observer.vendor',
  'observer.product',
  'threat.framework',
  'threat.tactic.id',
  'threat.tactic.name',
  'threat.technique.id',
  'threat.technique.name',
];

const NAMES: readonly string[] = [
  'source.ip',
  'destination.ip',
  'host.name',
  'host.hostname',
  'user.name',
  'url.domain',
  'user_agent.original',
  'observer.name',
  'observer.hostname',
];

const roles = new Map<string, FieldRole>([
  ['@timestamp', 'time'],
  ['related.ip', 'ends'],
  ['labels', 'open'],
  ...WORDS.map((path): [string, FieldRole] => [path, 'word']),
  ...NAMES.map((path): [string, FieldRole] => [path, 'name']),
]);

/** The role of the field at a dotted path. */
export function roleOf(path: string): FieldRole {
  return roles.get(path) ?? 'free';
}
