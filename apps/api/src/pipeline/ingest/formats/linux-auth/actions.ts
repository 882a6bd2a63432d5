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
const sessionStart = means(['session'], ['start'], 'success', 10);
const sessionEnd = means(['session'], ['end'], 'success', 5);
const accountCreated = means(['iam'], ['user', 'creation'], 'success', 40);
const accountChanged = means(['iam'], ['user', 'change'], 'success', 35);
const groupChanged = means(['iam'], ['group', 'change'], 'success', 40);

/** What each action of the dataset `linux.auth` means, beside those that sshd's own lines have. */
const MEANINGS = {
  'pam-authentication-failure': failedLogin,
  'pam-more-failures': failedLogin,
  'pam-authentication-success': acceptedLogin,
  'pam-account-denied': deniedLogin,
  'pam-message': loginStep,
  'session-opened': sessionStart,
  'session-closed': sessionEnd,
  'session-message': means(['session'], ['info'], 'unknown', 5),
  'login-failed': failedLogin,
  'login-succeeded': acceptedLogin,
  'su-failed': failedLogin,
  'su-succeeded': acceptedLogin,
  'sudo-command': means(['process', 'session'], ['start'], 'success', 15),
  'sudo-failed': failedLogin,
  'sudo-denied': means(['authentication', 'iam'], ['start', 'denied'], 'failure', 60),
  'privileged-command': means(['process', 'session'], ['start'], 'success', 15),
  'privileged-command-denied': means(['authentication', 'iam'], ['start', 'denied'], 'failure', 60),
  'user-created': accountCreated,
  'user-changed': accountChanged,
  'user-deleted': means(['iam'], ['user', 'deletion'], 'success', 40),
  'user-change-failed': means(['iam'], ['user', 'error'], 'failure', 30),
  'group-created': means(['iam'], ['group', 'creation'], 'success', 30),
  'group-changed': means(['iam'], ['group', 'change'], 'success', 30),
  'group-deleted': means(['iam'], ['group', 'deletion'], 'success', 30),
  'group-member-added': groupChanged,
  'group-member-removed': groupChanged,
  'password-changed': accountChanged,
  'scheduled-command': means(['process'], ['start'], 'unknown', 5),
  'auth-message': loginStep,
} as const satisfies Record<string, Meaning>;

export type LinuxAuthAction = keyof typeof MEANINGS;

/** The closed list of `event.action` of this dataset's own lines; lines of sshd have those of `SSHD_ACTIONS`. */
export const LINUX_AUTH_ACTIONS: readonly LinuxAuthAction[] = Object.keys(MEANINGS).filter(isLinuxAuthAction);

/** True for a name of the closed list. */
export function isLinuxAuthAction(name: string): name is LinuxAuthAction {
  return Object.hasOwn(MEANINGS, name);
}

/** What an action means in ECS terms. */
export function classificationOf(action: LinuxAuthAction): Classification {
  return { action, ...MEANINGS[action] };
}
