import type { Activity, Flow, NameQuery, Signature, WebRequest } from '../activity';
import type { LogWriter, NativeFormat } from '../native-format';
import type { SeededRandom } from '../seeded-random';
import { isoTime } from '../timestamps';
import { SITE } from '../words';

type Seen = Flow | WebRequest | NameQuery;

/** Suricata's EVE JSON: a record per flow, request and query, and an alert where a signature fired. */
class SuricataWriter implements LogWriter {
  constructor(private readonly random: SeededRandom) {}

  write(activity: Activity, us: number, outlet: Parameters<LogWriter['write']>[2]): void {
    if (activity.kind === 'login' || activity.kind === 'privilege') return;
    const { signature } = activity.kind === 'query' ? { signature: undefined } : activity;
    if (signature !== undefined)
      outlet(us, `${this.opening('alert', activity, us)},${alertPart(signature)}${httpPart(activity)}}`);
    outlet(us, `${this.opening(eventType(activity), activity, us)}${this.body(activity, us)}}`);
  }

  private opening(type: string, seen: Seen, us: number): string {
    const transport = seen.kind === 'flow' ? seen.transport : seen.kind === 'query' ? 'udp' : 'tcp';
    const port = seen.kind === 'flow' ? seen.destinationPort : seen.kind === 'query' ? 53 : seen.target.port;
    return `{"timestamp":"${isoTime(us)}+0000","flow_id":${seen.connection},"in_iface":"eth0","event_type":"${type}","src_ip":"${seen.source}","src_port":${seen.sourcePort},"dest_ip":"${seen.destination}","dest_port":${port},"proto":"${transport.toUpperCase()}"`;
  }

  private body(seen: Seen, us: number): string {
    if (seen.kind === 'request') return httpPart(seen);
    if (seen.kind === 'query')
      return `,"dns":{"type":"query","id":${this.random.below(65_536)},"rrname":${JSON.stringify(seen.name)},"rrtype":"${seen.type}","tx_id":0,"opcode":0}`;
    return flowPart(seen, us);
  }
}

const eventType = (seen: Seen): string =>
  seen.kind === 'request' ? 'http' : seen.kind === 'query' ? 'dns' : 'flow';

function alertPart({ id, name, category, severity }: Signature): string {
  return `"alert":{"action":"allowed","gid":1,"signature_id":${id},"rev":1,"signature":${JSON.stringify(name)},"category":${JSON.stringify(category)},"severity":${severity}}`;
}

function httpPart(seen: Seen): string {
  if (seen.kind !== 'request') return '';
  return `,"http":{"hostname":"${SITE}","url":${JSON.stringify(seen.path)},"http_user_agent":${JSON.stringify(seen.userAgent)},"http_method":"${seen.method}","protocol":"HTTP/1.1","status":${seen.status},"length":${seen.bytes}}`;
}

function flowPart(flow: Flow, us: number): string {
  const answered = flow.state === 'SF' || flow.state === 'RSTO';
  const end = answered ? us + flow.durationUs : us;
  const state = answered ? 'closed' : 'new';
  return `,"flow":{"pkts_toserver":${answered ? 4 + Math.floor(flow.sentBytes / 1448) : 1},"pkts_toclient":${answered ? 4 + Math.floor(flow.receivedBytes / 1448) : 0},"bytes_toserver":${answered ? flow.sentBytes : 60},"bytes_toclient":${answered ? flow.receivedBytes : 0},"start":"${isoTime(us)}+0000","end":"${isoTime(end)}+0000","age":${Math.floor((end - us) / 1_000_000)},"state":"${state}","reason":"timeout","alerted":${flow.signature !== undefined}}`;
}

export const suricataEve: NativeFormat = {
  dataset: 'suricata.eve',
  records: ['flow', 'request', 'query'],
  namesHost: false,
  open: (_target, random) => new SuricataWriter(random),
};
