import { TEXT_LIMITS, type EventOutcome, type NormalisedEvent } from '@watchfloor/contracts';
import { addLabel } from '../../../event-labels';
import { addTechniques } from '../attack-fields';
import { answeredIps, outcomeOfRcode } from '../dns-fields';
import { authority, outcomeOfStatus, severityOfStatus, urlOfTarget } from '../web/http-fields';
import { countOf, ipOf, nanosecondsOf, textOf, type JsonRecord } from '../json-record';
import { tlsGroup } from '../tls-fields';
import { meaningOfNotice } from './notices';
import type { ZeekStream } from './streams';

type AddFields = (event: NormalisedEvent, record: JsonRecord) => void;

/** How the states of a TCP connection ended for who opened it (`conn_state`, base/protocols/conn/main.zeek). */
const OUTCOME_OF_STATE: ReadonlyMap<string, EventOutcome> = new Map([
  ['S0', 'failure'],
  ['S1', 'success'],
  ['SF', 'success'],
  ['REJ', 'failure'],
  ['S2', 'success'],
  ['S3', 'success'],
  ['RSTO', 'success'],
  ['RSTR', 'success'],
  ['RSTOS0', 'failure'],
  ['RSTRH', 'failure'],
  ['SH', 'failure'],
  ['SHR', 'failure'],
  ['OTH', 'unknown'],
]);

/** A boolean as JSON has it, or as TSV without types writes it. */
export function truthOf(value: unknown): boolean | undefined {
  if (typeof value === 'boolean') return value;
  return value === 'T' ? true : value === 'F' ? false : undefined;
}

/** A count as JSON has it, or as the text of a TSV column. */
function numberOf(value: unknown): number | undefined {
  return countOf(typeof value === 'string' && value !== '' ? Number(value) : value);
}

const sumOf = (a: number | undefined, b: number | undefined): number | undefined =>
  a === undefined || b === undefined ? undefined : a + b;

const addConn: AddFields = (event, record) => {
  const { network, source, destination } = event;
  // Bytes on the wire where the log has them, else payload: what other sensors count as the bytes of a flow.
  const wired = record['orig_ip_bytes'] !== undefined && record['resp_ip_bytes'] !== undefined;
  const sent = numberOf(record[wired ? 'orig_ip_bytes' : 'orig_bytes']);
  const received = numberOf(record[wired ? 'resp_ip_bytes' : 'resp_bytes']);
  const bytes = sumOf(sent, received);
  const packets = sumOf(numberOf(record['orig_pkts']), numberOf(record['resp_pkts']));
  const service = textOf(record['service']);
  if (source && sent !== undefined) source.bytes = sent;
  if (destination && received !== undefined) destination.bytes = received;
  if (network && bytes !== undefined) network.bytes = bytes;
  if (network && packets !== undefined) network.packets = packets;
  if (network && service !== undefined) network.protocol = service;
  addDirection(event, truthOf(record['local_orig']), truthOf(record['local_resp']));
  addDuration(event, record['duration']);
  const state = textOf(record['conn_state'], 16);
  if (state === undefined) return;
  addLabel(event, 'conn_state', state);
  // UDP and ICMP have no answer to expect: one that stays away says nothing.
  const unanswered = state === 'S0' && network?.transport !== 'tcp';
  event.event.outcome = unanswered ? 'unknown' : (OUTCOME_OF_STATE.get(state) ?? 'unknown');
};

function addDirection(event: NormalisedEvent, from: boolean | undefined, to: boolean | undefined): void {
  if (!event.network || from === undefined || to === undefined) return;
  event.network.direction = from ? (to ? 'internal' : 'outbound') : to ? 'inbound' : 'external';
}

function addDuration(event: NormalisedEvent, seconds: unknown): void {
  const nanoseconds = nanosecondsOf(seconds);
  if (nanoseconds !== undefined) event.event.duration = nanoseconds;
}

const addDns: AddFields = (event, record) => {
  const group: NonNullable<NormalisedEvent['dns']> = {};
  const id = textOf(record['trans_id']);
  const name = textOf(record['query']);
  const type = textOf(record['qtype_name']);
  const queryClass = textOf(record['qclass_name']);
  const rcode = textOf(record['rcode_name']);
  const answers = record['answers'];
  const resolved = Array.isArray(answers) ? answeredIps(answers) : [];
  if (id !== undefined) group.id = id;
  if (name !== undefined || type !== undefined || queryClass !== undefined) group.question = {};
  if (group.question && name !== undefined) group.question.name = name;
  if (group.question && type !== undefined) group.question.type = type;
  if (group.question && queryClass !== undefined) group.question.class = queryClass;
  if (rcode !== undefined) {
    group.response_code = rcode;
    event.event.outcome = outcomeOfRcode(rcode);
  }
  if (resolved.length > 0) group.resolved_ip = resolved;
  event.dns = group;
  addDuration(event, record['rtt']);
};

const addHttp: AddFields = (event, record) => {
  const method = textOf(record['method']);
  const target = textOf(record['uri'], TEXT_LIMITS.path);
  const hostname = textOf(record['host']);
  const agent = textOf(record['user_agent'], TEXT_LIMITS.path);
  const user = textOf(record['username']);
  if (target !== undefined) event.url = urlOfTarget(target, method);
  if (hostname !== undefined) event.url = { ...authority(hostname), ...event.url };
  if (agent !== undefined) event.user_agent = { original: agent };
  if (user !== undefined) event.user = { name: user };
  event.http = httpGroup(record, method);
  const status = event.http.response?.status_code;
  if (status === undefined) return;
  event.event.outcome = outcomeOfStatus(status);
  event.event.severity = severityOfStatus(status);
};

function httpGroup(record: JsonRecord, method: string | undefined): NonNullable<NormalisedEvent['http']> {
  const group: NonNullable<NormalisedEvent['http']> = {};
  const version = textOf(record['version'], 16);
  const referrer = textOf(record['referrer'], TEXT_LIMITS.path);
  const sent = numberOf(record['request_body_len']);
  const status = numberOf(record['status_code']);
  const received = numberOf(record['response_body_len']);
  if (version !== undefined) group.version = version;
  const request: NonNullable<typeof group.request> = {};
  if (method !== undefined) request.method = method;
  if (referrer !== undefined) request.referrer = referrer;
  if (sent !== undefined) request.body = { bytes: sent };
  group.request = request;
  const response: NonNullable<typeof group.response> = {};
  if (status !== undefined && status > 0 && status <= 999) response.status_code = status;
  if (received !== undefined) response.body = { bytes: received };
  group.response = response;
  return group;
}

const addSsh: AddFields = (event, record) => {
  const client = textOf(record['client']);
  const server = textOf(record['server']);
  const attempts = numberOf(record['auth_attempts']);
  const hassh = textOf(record['hassh']);
  if (client !== undefined) addLabel(event, 'ssh_client', client);
  if (server !== undefined) addLabel(event, 'ssh_server', server);
  if (attempts !== undefined) addLabel(event, 'auth_attempts', String(attempts));
  if (hassh !== undefined) addLabel(event, 'hassh', hassh);
};

const addSsl: AddFields = (event, record) => {
  event.tls = tlsGroup({
    version: record['version'],
    serverName: record['server_name'],
    subject: record['subject'],
    issuer: record['issuer'],
    ja3: record['ja3'],
    ja3s: record['ja3s'],
  });
  const established = truthOf(record['established']);
  if (established !== undefined) event.event.outcome = established ? 'success' : 'failure';
};

const addFile: AddFields = (event, record) => {
  const file: NonNullable<NormalisedEvent['file']> = {};
  const name = textOf(record['filename']);
  const size = numberOf(record['total_bytes']) ?? numberOf(record['seen_bytes']);
  const sha256 = textOf(record['sha256']);
  const md5 = textOf(record['md5']);
  const protocol = textOf(record['source']);
  if (name !== undefined) file.name = name;
  if (size !== undefined) file.size = size;
  if (sha256 !== undefined || md5 !== undefined) file.hash = {};
  if (file.hash && sha256 !== undefined) file.hash.sha256 = sha256;
  if (file.hash && md5 !== undefined) file.hash.md5 = md5;
  event.file = file;
  if (protocol !== undefined && event.network) event.network.protocol = protocol.toLowerCase();
};

const addNotice: AddFields = (event, record) => {
  const note = textOf(record['note']);
  const message = textOf(record['msg'], TEXT_LIMITS.path);
  // The notice may blame another address than that of the connection on which it was raised.
  const blamed = ipOf(record['src']);
  if (blamed !== undefined && event.source?.ip === undefined) event.source = { ip: blamed };
  if (message !== undefined) event.message = message;
  if (note === undefined) return;
  event.rule = { name: note, ruleset: 'Zeek' };
  const meaning = meaningOfNotice(note);
  event.event.severity = meaning.severity;
  if (meaning.technique !== undefined) addTechniques(event, [], [meaning.technique]);
};

const addWeird: AddFields = (event, record) => {
  const name = textOf(record['name']);
  if (name !== undefined) event.event.reason = name;
};

/** What each stream adds to the ends of a record. */
export const ADD_FIELDS: Readonly<Record<ZeekStream, AddFields>> = {
  conn: addConn,
  dns: addDns,
  files: addFile,
  http: addHttp,
  notice: addNotice,
  ssh: addSsh,
  ssl: addSsl,
  weird: addWeird,
};
