import { TEXT_LIMITS, type NormalisedEvent } from '@watchfloor/contracts';
import { formatEventTime, isShowable } from '../event-time';
import type { Format, LineReader, ReadOutcome, ReadingContext } from '../format';
import { canonicalIp } from '../ip-address';
import { invalidField, invalidTimestamp, missingField, unrecognised } from '../rejection';
import { readEnvelope } from '../syslog-envelope';
import { TimestampReader } from '../timestamps';
import { eventGroup, type Classification, type Origin } from './classification';
import { endpointOf, hasIcmpPorts, networkOf, relatedIps } from './flow-fields';
import { ASSUMED_TIME_TAG } from './syslog-event';
import { readPacketFields, type PacketFields } from './iptables/packet-fields';

const ORIGIN: Origin = { dataset: 'iptables', module: 'iptables' };

export const FIREWALL_KINDS = {
  dropped: {
    action: 'packet-dropped',
    category: ['network'],
    type: ['connection', 'denied'],
    severity: 30,
    outcome: 'failure',
  },
  rejected: {
    action: 'packet-rejected',
    category: ['network'],
    type: ['connection', 'denied'],
    severity: 30,
    outcome: 'failure',
  },
  accepted: {
    action: 'packet-accepted',
    category: ['network'],
    type: ['connection', 'allowed'],
    severity: 10,
    outcome: 'success',
  },
  logged: { action: 'packet-logged', category: ['network'], type: ['connection'], severity: 15 },
} as const satisfies Record<string, Classification>;

/** `event.action` of this dataset, all of them. */
export const IPTABLES_ACTIONS: readonly string[] = Object.values(FIREWALL_KINDS).map((kind) => kind.action);

/** Words of a log prefix that tell the verdict: UFW, firewalld, SuSEfirewall2, Shorewall, OpenWrt and hand-written rules use them. */
const VERDICTS: ReadonlyMap<string, Classification> = new Map<string, Classification>([
  ...['drop', 'dropped', 'block', 'blocked', 'deny', 'denied', 'discard', 'ban', 'banned'].map(
    (word) => [word, FIREWALL_KINDS.dropped] as const,
  ),
  ...['reject', 'rejected'].map((word) => [word, FIREWALL_KINDS.rejected] as const),
  ...['accept', 'accepted', 'allow', 'allowed', 'permit', 'pass', 'acc'].map(
    (word) => [word, FIREWALL_KINDS.accepted] as const,
  ),
]);

const FIELDS = /IN=[^\s=]{0,32} (?:PHYSIN=\S{0,32} )?OUT=/;
/** The kernel's time since boot, with which `dmesg` and many syslogs begin a message. */
const UPTIME = /^\[ *\d{1,12}\.\d{1,9}\] ?/;
/** The kernel has no process id: a line with one quotes a packet, if it is one. */
const PROCESS_TAG = /(?<!ulogd)\[\d{1,10}\]: /;
/** Programs that pass on what the kernel logs; any other word before a colon is the rule's prefix. */
const LOGGERS: ReadonlySet<string> = new Set(['kernel', 'ulogd', 'klogd', 'rsyslogd']);

/**
 * Packets that netfilter logs: the LOG target of iptables and ip6tables, `log` of nftables, UFW and firewalld, which
 * are made of them. `net/netfilter/nf_log_syslog.c` of Linux writes
 *
 *     [syslog header] kernel: [uptime] PREFIX IN=eth0 OUT= MAC=… SRC=… DST=… LEN=… … PROTO=TCP SPT=… DPT=… … SYN
 *
 * The prefix is the rule's own text: a verdict is read from its words or is not known.
 */
export const iptables: Format = {
  dataset: ORIGIN.dataset,
  recognises(line) {
    const at = line.search(FIELDS);
    return (
      at >= 0 &&
      !PROCESS_TAG.test(line.slice(0, at)) &&
      line.includes(' SRC=', at) &&
      line.includes(' DST=', at)
    );
  },
  reader: (context) => new IptablesReader(context),
};

/** What stands before the fields of a packet. */
interface Head {
  readonly instant: number;
  /** False where the line carries no time and `instant` was assumed. */
  readonly timed: boolean;
  readonly host: string | undefined;
  readonly prefix: string;
}

class IptablesReader implements LineReader {
  private readonly timestamps: TimestampReader;

  constructor(private readonly context: ReadingContext) {
    this.timestamps = new TimestampReader(context);
  }

  get yearsInferred(): boolean {
    return this.timestamps.yearsInferred;
  }

  read(line: string): ReadOutcome {
    const fieldsAt = line.search(FIELDS);
    if (fieldsAt < 0) return unrecognised('a packet that netfilter logged (`IN=… OUT=… SRC=… DST=…`)');
    const head = this.readHead(line, fieldsAt);
    if (!isShowable(head.instant)) return invalidTimestamp(line.slice(0, 40));
    const packet = readPacketFields(line, fieldsAt);
    const source = packet['SRC'];
    const destination = packet['DST'];
    if (source === undefined) return missingField('SRC');
    if (destination === undefined) return missingField('DST');
    const sourceIp = canonicalIp(source);
    const destinationIp = canonicalIp(destination);
    if (sourceIp === undefined) return invalidField('SRC', source);
    if (destinationIp === undefined) return invalidField('DST', destination);
    const event: NormalisedEvent = {
      '@timestamp': formatEventTime(head.instant),
      event: eventGroup(ORIGIN, verdictOf(head.prefix)),
    };
    addFlow(event, packet, sourceIp, destinationIp);
    addWay(event, packet);
    if (head.prefix !== '') event.rule = { name: head.prefix };
    if (head.host !== undefined) event.host = { name: head.host };
    if (!head.timed) event.tags = [ASSUMED_TIME_TAG];
    return { event };
  }

  /** Time, host and the prefix of the rule, which all stand before the fields. */
  private readHead(line: string, fieldsAt: number): Head {
    const front = line.slice(0, fieldsAt);
    if (front.charCodeAt(0) === 91) {
      const dmesg = this.timestamps.ctime(front, 1);
      const end = this.timestamps.end;
      if (!Number.isNaN(dmesg) && front.charCodeAt(end) === 93)
        return {
          instant: dmesg,
          timed: true,
          host: this.context.host,
          prefix: prefixOf(front.slice(end + 1)),
        };
    }
    const envelope = readEnvelope(front, this.timestamps);
    const { program, message } = envelope;
    const named = program !== undefined && !LOGGERS.has(program);
    return {
      timed: envelope.hasTime,
      instant: envelope.hasInvalidTime ? NaN : envelope.eventTime,
      host: envelope.host ?? this.context.host,
      prefix: prefixOf(named ? `${program}: ${message}` : message),
    };
  }
}

/** The rule's own text without brackets and colons around it: `UFW BLOCK` of `[UFW BLOCK] `. */
function prefixOf(text: string): string {
  return text
    .slice(0, TEXT_LIMITS.keyword)
    .trim()
    .replace(/^kernel: ?/, '')
    .replace(UPTIME, '')
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/[:\s]$/, '')
    .trim();
}

/** The last word that names a verdict: `UFW LIMIT BLOCK`, `IN_public_ACCEPT`, `net-fw:DROP`. */
function verdictOf(prefix: string): Classification {
  const words = prefix.toLowerCase().split(/[^a-z]+/);
  for (let at = words.length - 1; at >= 0; at--) {
    const verdict = VERDICTS.get(words[at] ?? '');
    if (verdict) return verdict;
  }
  return FIREWALL_KINDS.logged;
}

function addFlow(
  event: NormalisedEvent,
  packet: PacketFields,
  sourceIp: string,
  destinationIp: string,
): void {
  const icmp = packet['TYPE'] !== undefined;
  const sourcePort = portOf(packet[icmp ? 'TYPE' : 'SPT']);
  const destinationPort = portOf(packet[icmp ? 'CODE' : 'DPT']);
  const network = networkOf({
    protocol: packet['PROTO'],
    sourceIp,
    sourcePort,
    destinationIp,
    destinationPort,
  });
  const ported = !hasIcmpPorts(network);
  event.source = endpointOf(sourceIp, ported ? sourcePort : undefined) ?? {};
  event.destination = endpointOf(destinationIp, ported ? destinationPort : undefined) ?? {};
  const bytes = Number(packet['LEN'] ?? NaN);
  if (Number.isSafeInteger(bytes) && bytes >= 0) network.bytes = bytes;
  network.packets = 1;
  event.network = network;
  event.related = relatedIps(sourceIp, destinationIp) ?? {};
  if (packet.flags.length > 0) event.labels = { tcp_flags: packet.flags.join(' ') };
  addMacs(event, packet['MAC']);
}

/** Interfaces, and the direction that they imply; a packet that is passed on has both and no direction of its own. */
function addWay(event: NormalisedEvent, packet: PacketFields): void {
  const into = packet['IN']?.slice(0, TEXT_LIMITS.keyword);
  const out = packet['OUT']?.slice(0, TEXT_LIMITS.keyword);
  const observer: NonNullable<NormalisedEvent['observer']> = { type: 'firewall' };
  if (into) observer.ingress = { interface: { name: into } };
  if (out) observer.egress = { interface: { name: out } };
  event.observer = observer;
  if (event.network && Boolean(into) !== Boolean(out))
    event.network.direction = into ? 'inbound' : 'outbound';
}

/** `MAC=` is the Ethernet header: destination, source and type. */
function addMacs(event: NormalisedEvent, header: string | undefined): void {
  if (header === undefined || !/^[0-9a-f]{2}(?::[0-9a-f]{2}){13}$/i.test(header)) return;
  const mac = (from: number): string =>
    header
      .slice(from, from + 17)
      .replaceAll(':', '-')
      .toUpperCase();
  if (event.destination) event.destination.mac = mac(0);
  if (event.source) event.source.mac = mac(18);
}

function portOf(text: string | undefined): number | undefined {
  const port = text !== undefined && /^\d{1,5}$/.test(text) ? Number(text) : NaN;
  return port <= 65_535 ? port : undefined;
}
