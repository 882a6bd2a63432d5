import type { Activity, ActivityKind, Flow, Login, NameQuery, WebRequest } from '../activity';
import type { NativeFormat } from '../native-format';
import type { SeededRandom } from '../seeded-random';
import { epochSeconds, seconds } from '../timestamps';
import { SITE } from '../words';

/** Zeek's ids are base 62, 17 or 18 characters, and start with C for a connection. */
const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const TCP_HEADERS = 52;
const SEGMENT = 1448;

const HISTORY: Readonly<Record<Flow['state'], string>> = { SF: 'ShADadFf', S0: 'S', REJ: 'Sr', RSTO: 'ShAR' };
const STATUS_TEXT: Readonly<Record<number, string>> = {
  200: 'OK',
  301: 'Moved Permanently',
  302: 'Found',
  304: 'Not Modified',
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
};
const QUERY_TYPE: Readonly<Record<NameQuery['type'], number>> = { A: 1, MX: 15, TXT: 16, AAAA: 28 };

/** Spreads a connection's number over the 17 digits of a Zeek id, the same in every stream. */
function uidOf(connection: number): string {
  let state = (connection ^ Math.floor(connection / 65_536)) >>> 0;
  let uid = 'C';
  for (let digit = 0; digit < 17; digit += 1) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223 + digit) >>> 0;
    uid += BASE62.charAt((state >>> 16) % 62);
  }
  return uid;
}

/** The fields that open every record of a stream about a connection. */
function opening(stream: string, contact: Flow | Login | WebRequest | NameQuery, context: Context): string {
  const { source, sourcePort, destination } = contact;
  return `{"_path":"${stream}","ts":${epochSeconds(context.us)},"uid":"${uidOf(contact.connection)}","id.orig_h":"${source}","id.orig_p":${sourcePort},"id.resp_h":"${destination}","id.resp_p":${portOf(contact)}`;
}

interface Context {
  readonly us: number;
  readonly random: SeededRandom;
}

function portOf(contact: Flow | Login | WebRequest | NameQuery): number {
  switch (contact.kind) {
    case 'flow':
      return contact.destinationPort;
    case 'query':
      return 53;
    default:
      return contact.target.port;
  }
}

/** The connection that carries an activity, as Zeek sums it up. */
function connectionOf(activity: Flow | Login | WebRequest | NameQuery, random: SeededRandom): Flow {
  if (activity.kind === 'flow') return activity;
  const base = {
    ...activity,
    kind: 'flow' as const,
    destinationPort: portOf(activity),
    state: 'SF' as const,
  };
  switch (activity.kind) {
    case 'login': {
      const sentBytes = 1900 + 160 * activity.attempts + random.below(400);
      const durationUs = activity.succeeds
        ? activity.sessionUs
        : activity.attempts * 1_500_000 + random.below(900_000);
      return {
        ...base,
        transport: 'tcp',
        service: 'ssh',
        sentBytes,
        receivedBytes: 2300 + random.below(700),
        durationUs,
      };
    }
    case 'request':
      return {
        ...base,
        transport: 'tcp',
        service: 'http',
        sentBytes: 180 + activity.path.length + random.below(300),
        receivedBytes: activity.bytes + 240,
        durationUs: 4_000 + random.below(900_000),
      };
    case 'query':
      return {
        ...base,
        transport: 'udp',
        service: 'dns',
        sentBytes: 30 + activity.name.length,
        receivedBytes: 60 + activity.name.length,
        durationUs: 400 + random.below(60_000),
      };
  }
}

function conn(activity: Flow | Login | WebRequest | NameQuery, context: Context): string {
  const flow = connectionOf(activity, context.random);
  const { transport, service, state, sentBytes, receivedBytes, durationUs } = flow;
  const answered = state === 'SF' || state === 'RSTO';
  const named = service === '' ? '' : `,"service":"${service}"`;
  const volume = answered
    ? `,"duration":${seconds(durationUs)},"orig_bytes":${sentBytes},"resp_bytes":${receivedBytes}`
    : '';
  const sentPackets = answered ? 4 + Math.floor(sentBytes / SEGMENT) : 1;
  const receivedPackets = answered ? 4 + Math.floor(receivedBytes / SEGMENT) : state === 'REJ' ? 1 : 0;
  const history = transport === 'udp' ? (answered ? 'Dd' : 'D') : HISTORY[state];
  const packets = `"orig_pkts":${sentPackets},"orig_ip_bytes":${(answered ? sentBytes : 0) + sentPackets * TCP_HEADERS},"resp_pkts":${receivedPackets},"resp_ip_bytes":${(answered ? receivedBytes : 0) + receivedPackets * TCP_HEADERS}`;
  return `${opening('conn', activity, context)},"proto":"${transport}"${named}${volume},"conn_state":"${state}","local_orig":${flow.fromInside},"local_resp":${flow.toInside},"missed_bytes":0,"history":"${history}",${packets}}`;
}

function ssh(login: Login, context: Context): string {
  return `${opening('ssh', login, context)},"version":2,"auth_success":${login.succeeds},"auth_attempts":${login.attempts},"direction":"INBOUND","client":"SSH-2.0-${login.method === 'password' && !login.succeeds ? 'libssh_0.10.6' : 'OpenSSH_9.6'}","server":"SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u3","cipher_alg":"chacha20-poly1305@openssh.com","mac_alg":"umac-64-etm@openssh.com","compression_alg":"none","kex_alg":"curve25519-sha256","host_key_alg":"ssh-ed25519"}`;
}

function http(request: WebRequest, context: Context): string {
  const { method, path, userAgent, bytes, status } = request;
  const referrer = request.referrer === '-' ? '' : `,"referrer":${JSON.stringify(request.referrer)}`;
  return `${opening('http', request, context)},"trans_depth":1,"method":"${method}","host":"${SITE}","uri":${JSON.stringify(path)}${referrer},"version":"1.1","user_agent":${JSON.stringify(userAgent)},"request_body_len":0,"response_body_len":${bytes},"status_code":${status},"status_msg":"${STATUS_TEXT[status] ?? 'OK'}","tags":[]}`;
}

function dns(query: NameQuery, context: Context): string {
  const { random } = context;
  const code = query.found ? '"rcode":0,"rcode_name":"NOERROR"' : '"rcode":3,"rcode_name":"NXDOMAIN"';
  const answers =
    query.found && query.type === 'A' ? `,"answers":["${query.target.address}"],"TTLs":[300.0]` : '';
  return `${opening('dns', query, context)},"proto":"udp","trans_id":${random.below(65_536)},"rtt":${seconds(400 + random.below(60_000))},"query":${JSON.stringify(query.name)},"qclass":1,"qclass_name":"C_INTERNET","qtype":${QUERY_TYPE[query.type]},"qtype_name":"${query.type}",${code},"AA":false,"TC":false,"RD":true,"RA":true,"Z":0${answers},"rejected":false}`;
}

type Recorder = (activity: Activity, context: Context) => string | undefined;

/** One stream of Zeek as JSON lines with `_path`, which names the stream where several share a log. */
function stream(records: readonly ActivityKind[], record: Recorder): NativeFormat {
  return {
    dataset: 'zeek',
    records,
    namesHost: false,
    open: (_target, random) => ({
      write(activity, us, outlet) {
        const text = record(activity, { us, random });
        if (text !== undefined) outlet(us, text);
      },
    }),
  };
}

export const zeekConn = stream(['flow', 'login', 'request', 'query'], (activity, context) =>
  activity.kind === 'privilege' ? undefined : conn(activity, context),
);
export const zeekSsh = stream(['login'], (activity, context) =>
  activity.kind === 'login' ? ssh(activity, context) : undefined,
);
export const zeekHttp = stream(['request'], (activity, context) =>
  activity.kind === 'request' ? http(activity, context) : undefined,
);
export const zeekDns = stream(['query'], (activity, context) =>
  activity.kind === 'query' ? dns(activity, context) : undefined,
);
