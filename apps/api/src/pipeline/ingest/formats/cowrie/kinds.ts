import type { Classification } from '../classification';

const CONNECTED = {
  action: 'honeypot-connection',
  category: ['network'],
  type: ['connection', 'start'],
  severity: 40,
} as const;
const CLOSED = {
  action: 'honeypot-session-closed',
  category: ['network'],
  type: ['connection', 'end'],
  severity: 20,
} as const;
const LOGGED_IN = {
  action: 'honeypot-login',
  category: ['authentication'],
  type: ['start'],
  severity: 80,
  outcome: 'success',
} as const;
const LOGIN_FAILED = {
  action: 'honeypot-login-failed',
  category: ['authentication'],
  type: ['start'],
  severity: 50,
  outcome: 'failure',
} as const;
const CLIENT = {
  action: 'honeypot-client',
  category: ['network'],
  type: ['protocol', 'info'],
  severity: 25,
} as const;
const COMMAND = {
  action: 'honeypot-command',
  category: ['process'],
  type: ['start'],
  severity: 75,
  outcome: 'success',
} as const;
const FILE = {
  action: 'honeypot-file',
  category: ['file', 'network'],
  type: ['creation'],
  severity: 85,
  outcome: 'success',
} as const;
const FORWARD = {
  action: 'honeypot-forward',
  category: ['network'],
  type: ['connection'],
  severity: 70,
} as const;
const SESSION = { action: 'honeypot-session', category: ['session'], type: ['info'], severity: 20 } as const;

/** What an event means that this table does not have: someone did something on the honeypot. */
export const OTHER_ACTIVITY = {
  action: 'honeypot-activity',
  category: ['network'],
  type: ['info'],
  severity: 30,
} as const satisfies Classification;

/** Cowrie's events by `eventid`, without `cowrie.` in front. */
export const COWRIE_KINDS: ReadonlyMap<string, Classification> = new Map<string, Classification>([
  ['session.connect', CONNECTED],
  ['session.closed', CLOSED],
  ['session.params', SESSION],
  ['session.file_download', FILE],
  ['session.file_download.failed', { ...FILE, outcome: 'failure' }],
  ['session.file_upload', FILE],
  ['login.success', LOGGED_IN],
  ['login.failed', LOGIN_FAILED],
  ['client.version', CLIENT],
  ['client.kex', CLIENT],
  ['client.size', SESSION],
  ['client.var', SESSION],
  ['client.fingerprint', CLIENT],
  ['command.input', COMMAND],
  ['command.success', COMMAND],
  ['command.failed', { ...COMMAND, outcome: 'failure' }],
  ['direct-tcpip.request', FORWARD],
  ['direct-tcpip.data', FORWARD],
  ['direct-tcpip.ja4', FORWARD],
  ['direct-tcpip.ja4h', FORWARD],
  ['tunnelproxy-tcpip.data', FORWARD],
  ['log.open', SESSION],
  ['log.closed', SESSION],
]);

/** `event.action` of this dataset, all of them. */
export const COWRIE_ACTIONS: readonly string[] = [
  ...new Set([...COWRIE_KINDS.values(), OTHER_ACTIVITY].map((kind) => kind.action)),
];
