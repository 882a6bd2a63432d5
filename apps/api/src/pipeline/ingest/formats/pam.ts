/** What a message of a PAM module reports. */
export type PamReport =
  | 'authentication-failure'
  | 'more-failures'
  | 'authentication-success'
  | 'account-denied'
  | 'session-opened'
  | 'session-closed'
  | 'password-changed'
  | 'message';

/** A message of a PAM module taken apart. Absent and empty parts are undefined. */
export interface PamReading {
  readonly report: PamReport;
  /** `pam_unix`, `pam_sss`, … */
  readonly module: string;
  /** The user that the message is about. */
  readonly user?: string | undefined;
  /** Who asked: the user that `su` or `sudo` was called by, or the one at the remote end. */
  readonly requestedBy?: string | undefined;
  /** `rhost=`: an address or a host name. */
  readonly remoteHost?: string | undefined;
  /** How many attempts one message stands for. */
  readonly attempts?: number | undefined;
  readonly reason?: string | undefined;
}

/** `pam_unix(sshd:auth): …`, `(pam_unix) …`, `pam_unix: …`; the module may also stand in the program of the line. */
const MODULE = /^(?:\((pam_\w+)\) |(pam_\w+)(?:\(([^)]{0,64})\))?: )/i;
/**
 * The list that pam_unix writes last (support.c, `_cleanup_failures` and `pam_unix_auth`). Remote user and user are
 * whatever was sent: the first reading in which the rest fits the list is the right one.
 */
const FAILURE_LIST =
  /^[^;]{0,64}; logname=(\S*) uid=\S* euid=\S* tty=\S* ruser=(.*?) ?rhost=(\S*)(?: {1,2}user=(.*))?$/;

interface PamForm {
  readonly starts: string;
  readonly report: PamReport;
  readonly expression: RegExp;
}

const form = (starts: string, report: PamReport, expression: RegExp): PamForm => ({
  starts,
  report,
  expression,
});

/** Groups: 1 = user, 2 = who asked or where from. */
const FORMS: readonly PamForm[] = [
  form(
    'session opened for ',
    'session-opened',
    /^session opened for user (.*?)(?:\(uid=\d+\))? by ([^(\s]*)\(uid=\d+\)$/,
  ),
  form('session opened for ', 'session-opened', /^session opened for user (\S+?)(?:\(uid=\d+\))?(?: .*)?$/),
  form('session closed for ', 'session-closed', /^session closed for user (.*)$/),
  form('check pass; user unknown', 'message', /^check pass; user unknown$/),
  form('password changed for ', 'password-changed', /^password changed for (.*)$/),
  form('account ', 'account-denied', /^account (.*) has expired.*$/),
  form('expired password for user ', 'account-denied', /^expired password for user (.*) \([^()]*\)$/),
  form('access denied for user ', 'account-denied', /^access denied for user `(.*)' from `([^'\s]*)'$/),
  form('Refused user ', 'account-denied', /^Refused user (.*) for service \S+$/),
  form('Account temporarily locked', 'account-denied', /^Account temporarily locked.*$/),
  form(
    'Consecutive login failures for user ',
    'account-denied',
    /^Consecutive login failures for user (\S+) .*$/,
  ),
  form('authentication success', 'authentication-success', /^authentication success;.* user=(\S*)$/),
  form('authentication fails for ', 'authentication-failure', /^authentication fails for '(.*)'.*$/),
  form(
    'auth could not identify password for ',
    'authentication-failure',
    /^auth could not identify password for \[(.*)\]$/,
  ),
  form('bad username ', 'authentication-failure', /^bad username \[(.*)\]$/),
  form('received for user ', 'message', /^received for user (\S+): \d+ \(.*\)$/),
  form('Invalid verification code for ', 'authentication-failure', /^Invalid verification code for (\S+)$/),
  form('requirement ', 'account-denied', /^requirement ".*" not met by user "([^"]*)"$/),
  form('user ', 'account-denied', /^user (\S+) \(\d+\) (?:tally \d+, deny \d+|has time limit .*)$/),
  form('user ', 'authentication-failure', /^user `(.*)' denied access.*$/),
  form('user ', 'authentication-success', /^user '(.*)' granted access$/),
];

/** Every expression that a message can be tried against. */
export const PAM_EXPRESSIONS: readonly RegExp[] = [
  MODULE,
  FAILURE_LIST,
  ...FORMS.map(({ expression }) => expression),
];

/** Reads the message of a PAM module, undefined when it is none. `module` is what stood in the program of the line. */
export function readPam(message: string, module?: string): PamReading | undefined {
  const named = MODULE.exec(message);
  const name = named?.[1] ?? named?.[2] ?? pamModule(module);
  if (name !== undefined) return readReport(named ? message.slice(named[0].length) : message, name);
  return message.startsWith('PAM ') ? readMoreFailures(message.slice(4), 'pam') : undefined;
}

const pamModule = (module: string | undefined): string | undefined =>
  module?.startsWith('pam_') ? module : undefined;

function readReport(text: string, module: string): PamReading {
  if (text.startsWith('authentication failure')) return failure(text, module, 'authentication-failure');
  const more = readMoreFailures(text, module);
  if (more) return more;
  for (const { starts, report, expression } of FORMS) {
    if (!text.startsWith(starts)) continue;
    const match = expression.exec(text);
    if (!match) continue;
    const user = filled(match[1]);
    const second = filled(match[2]);
    const where = report === 'account-denied' ? { remoteHost: second } : { requestedBy: second };
    return { report, module, user, ...where, reason: text };
  }
  return { report: 'message', module, reason: text };
}

/** `5 more authentication failures; logname=…`, written when a session ends. */
function readMoreFailures(text: string, module: string): PamReading | undefined {
  const count = /^(\d{1,9}) more authentication failures?/.exec(text);
  return count ? { ...failure(text, module, 'more-failures'), attempts: Number(count[1]) } : undefined;
}

function failure(text: string, module: string, report: PamReport): PamReading {
  const list = FAILURE_LIST.exec(text);
  if (!list) return { report, module, user: / user=(\S+)$/.exec(text)?.[1], reason: text };
  const remoteHost = filled(list[3]);
  const requestedBy = filled(list[2]) ?? filled(list[1]);
  const user = filled(list[4]) ?? (remoteHost === undefined ? undefined : filled(list[2]));
  return { report, module, user, requestedBy, remoteHost, reason: 'authentication failure' };
}

const filled = (text: string | undefined): string | undefined => {
  const trimmed = text?.trim();
  return trimmed === '' ? undefined : trimmed;
};
