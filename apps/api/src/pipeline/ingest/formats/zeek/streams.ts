import type { Classification } from '../classification';
import type { JsonRecord } from '../json-record';

/** The streams that are read for what they are; every other one is read for its ends. */
export type ZeekStream = 'conn' | 'dns' | 'files' | 'http' | 'notice' | 'ssh' | 'ssl' | 'weird';

export const ZEEK_KINDS = {
  conn: { action: 'network-flow', category: ['network'], type: ['connection'], severity: 5 },
  dns: { action: 'dns-query', category: ['network'], type: ['protocol'], severity: 10 },
  files: { action: 'file-transfer', category: ['network', 'file'], type: ['info'], severity: 10 },
  http: { action: 'http-request', category: ['web', 'network'], type: ['access', 'protocol'], severity: 10 },
  notice: {
    action: 'network-alert',
    category: ['intrusion_detection', 'network'],
    type: ['info'],
    severity: 50,
    kind: 'alert',
  },
  ssh: { action: 'ssh-connection', category: ['network'], type: ['connection', 'protocol'], severity: 10 },
  ssl: { action: 'tls-handshake', category: ['network'], type: ['protocol'], severity: 10 },
  weird: { action: 'protocol-anomaly', category: ['network'], type: ['protocol'], severity: 20 },
} as const satisfies Record<ZeekStream, Classification>;

/** An SSH connection of which Zeek could tell whether the login succeeded. */
export const SSH_LOGIN = {
  true: {
    action: 'ssh-login',
    category: ['network', 'authentication'],
    type: ['connection', 'start'],
    severity: 20,
    outcome: 'success',
  },
  false: {
    action: 'ssh-login-failed',
    category: ['network', 'authentication'],
    type: ['connection', 'start'],
    severity: 50,
    outcome: 'failure',
  },
} as const satisfies Record<string, Classification>;

/** A stream of another protocol (smb_files, kerberos, rdp ...): who spoke it with whom. */
export const OTHER_STREAM = {
  action: 'protocol-transaction',
  category: ['network'],
  type: ['protocol'],
  severity: 10,
} as const satisfies Classification;

/** `event.action` of this dataset, all of them. */
export const ZEEK_ACTIONS: readonly string[] = [
  ...new Set(
    [...Object.values(ZEEK_KINDS), ...Object.values(SSH_LOGIN), OTHER_STREAM].map((kind) => kind.action),
  ),
];

/** What each protocol runs over, where the record does not say. */
export const TRANSPORT_OF_STREAM: ReadonlyMap<string, string> = new Map([
  ['http', 'tcp'],
  ['ssh', 'tcp'],
  ['ssl', 'tcp'],
  ['ftp', 'tcp'],
  ['smtp', 'tcp'],
  ['rdp', 'tcp'],
  ['mysql', 'tcp'],
  ['smb_files', 'tcp'],
  ['smb_mapping', 'tcp'],
  ['ntlm', 'tcp'],
  ['dce_rpc', 'tcp'],
]);

/** `network.protocol` of a stream, where it is not the stream's name. */
export const PROTOCOL_OF_STREAM: ReadonlyMap<string, string | undefined> = new Map([
  ['conn', undefined],
  ['files', undefined],
  ['notice', undefined],
  ['weird', undefined],
  ['ssl', 'tls'],
  ['smb_files', 'smb'],
  ['smb_mapping', 'smb'],
]);

/** Fields that only one stream has, the most telling first: for logs whose stream's name was lost on the way. */
const MARKS: readonly (readonly [field: string, stream: string])[] = [
  ['note', 'notice'],
  ['conn_state', 'conn'],
  ['query', 'dns'],
  ['qtype', 'dns'],
  ['rcode', 'dns'],
  ['auth_attempts', 'ssh'],
  ['auth_success', 'ssh'],
  ['host_key_alg', 'ssh'],
  ['hassh', 'ssh'],
  ['tx_hosts', 'files'],
  ['seen_bytes', 'files'],
  ['mailfrom', 'smtp'],
  ['helo', 'smtp'],
  ['server_name', 'ssl'],
  ['cipher', 'ssl'],
  ['established', 'ssl'],
  ['method', 'http'],
  ['status_code', 'http'],
  ['request_body_len', 'http'],
  ['user_agent', 'http'],
  ['history', 'conn'],
  ['trans_id', 'dns'],
];

/** The stream of a record: as it says itself (`_path`, `@stream`), else as its fields tell; undefined when neither does. */
export function streamOf(record: JsonRecord): string | undefined {
  const named = record['_path'] ?? record['@stream'];
  if (typeof named === 'string' && named !== '') return named.slice(0, 64);
  for (const [field, stream] of MARKS) if (record[field] !== undefined) return stream;
  return undefined;
}

/** True for a stream that is read for what it is. */
export function isReadStream(stream: string | undefined): stream is ZeekStream {
  return stream !== undefined && Object.hasOwn(ZEEK_KINDS, stream);
}
