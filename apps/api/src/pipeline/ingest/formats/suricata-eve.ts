import type { NormalisedEvent } from '@watchfloor/contracts';
import { formatEventTime, isShowable } from '../event-time';
import type { Format, LineReader, ReadOutcome, ReadingContext } from '../format';
import { invalidField, invalidTimestamp, missingField, reject } from '../rejection';
import { TimestampReader } from '../timestamps';
import { eventGroup, type Classification, type Origin } from './classification';
import { endpointOf, hasIcmpPorts, networkOf, relatedIps } from './flow-fields';
import { ipOf, parseRecord, portOf, textOf, type JsonRecord } from './json-record';
import { EVE_SECTIONS } from './suricata/sections';

const ORIGIN: Origin = { dataset: 'suricata.eve', module: 'suricata' };

/** Kinds of records whose fields are read; the name is `event_type`. */
export const EVE_KINDS = {
  alert: {
    action: 'network-alert',
    category: ['intrusion_detection', 'network'],
    type: ['info'],
    severity: 50,
    kind: 'alert',
  },
  anomaly: { action: 'protocol-anomaly', category: ['network'], type: ['protocol'], severity: 30 },
  dns: { action: 'dns-query', category: ['network'], type: ['protocol'], severity: 10 },
  drop: { action: 'packet-dropped', category: ['network'], type: ['connection', 'denied'], severity: 30 },
  fileinfo: { action: 'file-transfer', category: ['network', 'file'], type: ['info'], severity: 10 },
  flow: { action: 'network-flow', category: ['network'], type: ['connection'], severity: 5 },
  http: { action: 'http-request', category: ['web', 'network'], type: ['access', 'protocol'], severity: 10 },
  netflow: { action: 'network-flow', category: ['network'], type: ['connection'], severity: 5 },
  ssh: { action: 'ssh-handshake', category: ['network'], type: ['protocol'], severity: 10 },
  tls: { action: 'tls-handshake', category: ['network'], type: ['protocol'], severity: 10 },
} as const satisfies Record<string, Classification>;

/** Every other application protocol that Suricata logs (smb, rdp, smtp, quic ...): who spoke it with whom. */
const OTHER_PROTOCOL = {
  action: 'protocol-transaction',
  category: ['network'],
  type: ['protocol'],
  severity: 10,
} as const satisfies Classification;

const KINDS: ReadonlyMap<string, Classification> = new Map<string, Classification>(Object.entries(EVE_KINDS));

/** `event.action` of this dataset, all of them. */
export const SURICATA_ACTIONS: readonly string[] = [
  ...new Set([...KINDS.values(), OTHER_PROTOCOL].map((kind) => kind.action)),
  'network-alert-blocked',
  'dns-answer',
];

/** Records about packets that may have no addresses: what failed was reading them. */
const MAY_LACK_ADDRESSES: ReadonlySet<string> = new Set(['alert', 'anomaly', 'drop']);
/** Reports of the sensor about itself. */
const NOT_EVENTS: ReadonlySet<string> = new Set(['stats', 'engine', 'log']);

/**
 * EVE records of Suricata 4 to 8, one JSON object a line:
 * https://docs.suricata.io/en/latest/output/eve/eve-json-format.html and `etc/schema.json` of its source.
 * `timestamp` is the event time, of flow records too: that is when the sensor knew.
 */
export const suricataEve: Format = {
  dataset: ORIGIN.dataset,
  recognises: (line) =>
    line.charCodeAt(0) === 123 && line.includes('"event_type":') && line.includes('"timestamp":'),
  reader: (context) => new EveReader(context),
};

class EveReader implements LineReader {
  private readonly timestamps: TimestampReader;

  constructor(private readonly context: ReadingContext) {
    this.timestamps = new TimestampReader(context);
  }

  read(line: string): ReadOutcome {
    const record = parseRecord(line);
    if (!record) return reject('malformed_json', 'not one JSON object');
    const type = record['event_type'];
    if (typeof type !== 'string') return missingField('event_type');
    if (NOT_EVENTS.has(type)) return reject('not_an_event', `Suricata ${type}`);
    const known = KINDS.get(type);
    if (!known && ipOf(record['src_ip']) === undefined)
      return reject('unsupported_record', `event_type ${type.slice(0, 64)} without addresses`);
    return this.event(record, type, known ?? OTHER_PROTOCOL);
  }

  private event(record: JsonRecord, type: string, kind: Classification): ReadOutcome {
    const time = record['timestamp'];
    if (typeof time !== 'string') return missingField('timestamp');
    const instant = this.timestamps.iso(time, 0);
    if (!isShowable(instant)) return invalidTimestamp(time);
    const sourceIp = ipOf(record['src_ip']);
    const destinationIp = ipOf(record['dest_ip']);
    if (sourceIp === undefined && record['src_ip'] !== undefined)
      return invalidField('src_ip', record['src_ip']);
    if (sourceIp === undefined && !MAY_LACK_ADDRESSES.has(type)) return missingField('src_ip');

    const event: NormalisedEvent = {
      '@timestamp': formatEventTime(instant),
      event: eventGroup(ORIGIN, kind),
    };
    addEnds(event, record, sourceIp, destinationIp);
    addSensor(event, record, this.context.host);
    const protocol = textOf(record['app_proto']) ?? (KINDS.has(type) ? undefined : type.slice(0, 64));
    if (protocol !== undefined && protocol !== 'failed' && event.network) event.network.protocol = protocol;
    for (const { name, add } of EVE_SECTIONS) {
      const section = record[name];
      if (typeof section === 'object' && section !== null) add(event, section as JsonRecord, type);
    }
    return { event };
  }
}

function addEnds(
  event: NormalisedEvent,
  record: JsonRecord,
  sourceIp: string | undefined,
  destinationIp: string | undefined,
): void {
  const sourcePort = portOf(record['src_port']);
  const destinationPort = portOf(record['dest_port']);
  const network = networkOf({
    protocol: textOf(record['proto']),
    sourceIp,
    sourcePort: sourcePort ?? portOf(record['icmp_type']),
    destinationIp,
    destinationPort: destinationPort ?? portOf(record['icmp_code']),
    loggedCommunityId: record['community_id'],
  });
  const ported = !hasIcmpPorts(network);
  const source = endpointOf(sourceIp, ported ? sourcePort : undefined);
  const destination = endpointOf(destinationIp, ported ? destinationPort : undefined);
  if (source) event.source = source;
  if (destination) event.destination = destination;
  event.network = network;
  const related = relatedIps(sourceIp, destinationIp);
  if (related) event.related = related;
}

/** The sensor names itself in `host` and the interface it listened on in `in_iface`. */
function addSensor(event: NormalisedEvent, record: JsonRecord, host: string | undefined): void {
  const sensor = textOf(record['host']) ?? host;
  const iface = textOf(record['in_iface']);
  if (sensor !== undefined) event.host = { name: sensor };
  if (iface === undefined) return;
  event.observer = { type: 'ids', product: 'Suricata', ingress: { interface: { name: iface } } };
}
