import type { EventCategory, EventOutcome, EventType } from '@watchfloor/contracts';
import type { Classification } from '../classification';

type Meaning = Omit<Classification, 'action'>;

const means = (
  category: readonly EventCategory[],
  type: readonly EventType[],
  outcome: EventOutcome,
  severity: number,
): Meaning => ({ category, type, outcome, severity });

const failedLogin = means(['authentication'], ['start'], 'failure', 50);
const deniedLogin = means(['authentication'], ['start', 'denied'], 'failure', 50);
const acceptedLogin = means(['authentication'], ['start'], 'success', 10);
const loginStep = means(['authentication'], ['info'], 'unknown', 5);
const connectionEnd = means(['network'], ['connection', 'end'], 'unknown', 5);
const brokenConnection = means(['network'], ['connection', 'error'], 'failure', 30);
const refusedConnection = means(['network'], ['connection', 'denied'], 'failure', 40);
const sessionStart = means(['session'], ['start'], 'success', 10);
const sessionEnd = means(['session'], ['end'], 'success', 5);
const serverMessage = means(['process'], ['info'], 'unknown', 5);

/** What each action of the dataset `openssh` means. */
const MEANINGS = {
  'failed-password': failedLogin,
  'failed-publickey': failedLogin,
  'failed-keyboard-interactive': failedLogin,
  'failed-none': failedLogin,
  'failed-hostbased': failedLogin,
  'failed-gssapi': failedLogin,
  'failed-other': failedLogin,
  'accepted-password': acceptedLogin,
  'accepted-publickey': acceptedLogin,
  'accepted-keyboard-interactive': acceptedLogin,
  'accepted-none': acceptedLogin,
  'accepted-hostbased': acceptedLogin,
  'accepted-gssapi': acceptedLogin,
  'accepted-other': acceptedLogin,
  'partial-authentication': loginStep,
  'postponed-authentication': loginStep,
  'invalid-user': failedLogin,
  'invalid-user-request': loginStep,
  'user-not-allowed': deniedLogin,
  'root-login-refused': deniedLogin,
  'access-denied': deniedLogin,
  'key-refused': deniedLogin,
  'username-changed': deniedLogin,
  'max-attempts-exceeded': means(['authentication'], ['end', 'denied'], 'failure', 60),
  'too-many-authentication-failures': means(['authentication'], ['end', 'denied'], 'failure', 60),
  'client-authentication-failed': failedLogin,
  'pam-authentication-error': failedLogin,
  'pam-authentication-failure': failedLogin,
  'pam-more-failures': failedLogin,
  'pam-account-denied': deniedLogin,
  'pam-authentication-success': acceptedLogin,
  'pam-message': loginStep,
  'session-opened': sessionStart,
  'session-closed': sessionEnd,
  'session-message': means(['session'], ['info'], 'unknown', 5),
  'key-found': loginStep,
  'connection-opened': means(['network'], ['connection', 'start'], 'unknown', 5),
  'connection-closed': connectionEnd,
  'connection-reset': connectionEnd,
  'connection-timeout': connectionEnd,
  'login-aborted': means(['authentication', 'session'], ['end'], 'unknown', 20),
  'login-timeout': means(['authentication', 'network'], ['end'], 'failure', 20),
  'disconnect-received': connectionEnd,
  disconnecting: connectionEnd,
  disconnected: connectionEnd,
  'connection-refused': means(['authentication', 'network'], ['connection', 'denied'], 'failure', 40),
  'connection-dropped': refusedConnection,
  'no-identification': brokenConnection,
  'bad-protocol': brokenConnection,
  'negotiation-failed': brokenConnection,
  'key-exchange-failed': brokenConnection,
  'connection-error': brokenConnection,
  'corrupted-packet': brokenConnection,
  'version-scan': means(['network'], ['connection', 'denied'], 'failure', 55),
  'reverse-mapping-failed': means(['network'], ['connection', 'info'], 'unknown', 40),
  'server-message': serverMessage,
  'server-error': means(['process'], ['error'], 'unknown', 25),
  'debug-message': serverMessage,
} as const satisfies Record<string, Meaning>;

export type SshdAction = keyof typeof MEANINGS;

/**
 * The closed list of `event.action` of the dataset `openssh`. Aggregation and rules key on these names: an action is
 * added, never renamed.
 */
export const SSHD_ACTIONS: readonly SshdAction[] = Object.keys(MEANINGS).filter(isSshdAction);

const CLASSIFICATIONS: ReadonlyMap<SshdAction, Classification> = new Map(
  SSHD_ACTIONS.map((action) => [action, { action, ...MEANINGS[action] }]),
);

/** The first word of an action that the method of a login completes. */
export type LoginKind = 'failed-' | 'accepted-';

const ACTIONS_BY_METHOD: Readonly<Record<LoginKind, ReadonlyMap<string, SshdAction>>> = {
  'failed-': actionsByMethod('failed-'),
  'accepted-': actionsByMethod('accepted-'),
};

function actionsByMethod(kind: LoginKind): ReadonlyMap<string, SshdAction> {
  const actions = SSHD_ACTIONS.filter((action) => action.startsWith(kind));
  return new Map(actions.map((action) => [action.slice(kind.length), action]));
}

/** `failed-password` of `Failed password`; methods that no action names are `failed-other`. */
export function actionOfMethod(kind: LoginKind, method: string): SshdAction {
  return ACTIONS_BY_METHOD[kind].get(method) ?? actionOfVariant(kind, method);
}

/** `keyboard-interactive/pam`, `gssapi-with-mic`: what follows the method's name is how it was done. */
function actionOfVariant(kind: LoginKind, method: string): SshdAction {
  const slash = method.indexOf('/');
  const base = slash < 0 ? method : method.slice(0, slash);
  return ACTIONS_BY_METHOD[kind].get(base.startsWith('gssapi') ? 'gssapi' : base) ?? `${kind}other`;
}

/** True for a name of the closed list. */
export function isSshdAction(name: string): name is SshdAction {
  return Object.hasOwn(MEANINGS, name);
}

/** What an action means in ECS terms. */
export function classificationOf(action: SshdAction): Classification {
  return CLASSIFICATIONS.get(action) ?? { action, ...MEANINGS[action] };
}
