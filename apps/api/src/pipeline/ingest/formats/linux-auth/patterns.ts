import type { LinuxAuthAction } from './actions';

/** What a group of a pattern's expression captures. */
export type LinuxAuthField = 'user' | 'target' | 'group' | 'address' | 'reason' | 'command' | 'session';

/** One form of message of some programs. Expressions are anchored and linear; the n-th group is the n-th of `fields`. */
export interface LinuxAuthPattern {
  readonly name: string;
  readonly action: LinuxAuthAction;
  readonly expression: RegExp;
  readonly fields: readonly LinuxAuthField[];
}

const pattern = (
  name: string,
  action: LinuxAuthAction,
  expression: RegExp,
  ...fields: LinuxAuthField[]
): LinuxAuthPattern => ({ name, action, expression, fields });

/** su of util-linux, shadow, coreutils, BSD, AIX and IRIX. */
const SU: readonly LinuxAuthPattern[] = [
  pattern('su failed, to by', 'su-failed', /^FAILED su for (\S+) by (\S+)$/, 'target', 'user'),
  pattern('su succeeded, to by', 'su-succeeded', /^Successful su for (\S+) by (\S+)$/, 'target', 'user'),
  pattern('su failed, to', 'su-failed', /^FAILED SU \(to (\S+)\) (\S+) on .*$/, 'target', 'user'),
  pattern('su succeeded, to', 'su-succeeded', /^\(to (\S+)\) (\S+) on .*$/, 'target', 'user'),
  pattern('su succeeded, sign', 'su-succeeded', /^\+ \S+ ([^:\s]+)[:-](\S+)$/, 'user', 'target'),
  pattern('su failed, sign', 'su-failed', /^- \S+ ([^:\s]+)[:-](\S+)$/, 'user', 'target'),
  pattern('su failed, quoted', 'su-failed', /^'su (\S+)' failed for (\S+) on .*$/, 'target', 'user'),
  pattern('su succeeded, quoted', 'su-succeeded', /^'su (\S+)' succeeded for (\S+) on .*$/, 'target', 'user'),
  pattern('su failed, BSD', 'su-failed', /^BAD SU (\S+) to (\S+) on .*$/, 'user', 'target'),
  pattern('su succeeded, BSD', 'su-succeeded', /^(?:from )?(\S+) to (\S+) on .*$/, 'user', 'target'),
  pattern('su failed, changing', 'su-failed', /^failed: \S+ changing from (\S+) to (\S+)$/, 'user', 'target'),
  pattern(
    'su succeeded, changing',
    'su-succeeded',
    /^succeeded: \S+ changing from (\S+) to (\S+)$/,
    'user',
    'target',
  ),
  pattern('su refused by PAM', 'su-failed', /^pam_authenticate: (.*)$/, 'reason'),
];

/** useradd, usermod, userdel, groupadd, groupmod, groupdel, gpasswd, passwd, chage and chsh of shadow-utils. */
const ACCOUNTS: readonly LinuxAuthPattern[] = [
  pattern('new user', 'user-created', /^new user: name=([^,]+),.*$/, 'target'),
  pattern('new group', 'group-created', /^new group: name=([^,]+),.*$/, 'group'),
  pattern('group added', 'group-created', /^group added to \S+: name=([^,]+).*$/, 'group'),
  pattern(
    'member added',
    'group-member-added',
    /^add '([^']*)' to (?:shadow )?group '([^']*)'.*$/,
    'target',
    'group',
  ),
  pattern(
    'member removed',
    'group-member-removed',
    /^delete '([^']*)' from (?:shadow )?group '([^']*)'.*$/,
    'target',
    'group',
  ),
  pattern(
    'member added by',
    'group-member-added',
    /^user (\S+) added by (\S+) to group (\S+)$/,
    'target',
    'user',
    'group',
  ),
  pattern(
    'member removed by',
    'group-member-removed',
    /^user (\S+) removed by (\S+) from group (\S+)$/,
    'target',
    'user',
    'group',
  ),
  pattern(
    'members set',
    'group-changed',
    /^(?:members of group|administrators of group) (\S+) set by (\S+) .*$/,
    'group',
    'user',
  ),
  pattern('user removed', 'user-deleted', /^delete user [`']([^']*)'.*$/, 'target'),
  pattern(
    'group removed with user',
    'group-deleted',
    /^removed (?:shadow )?group [`']([^']*)' owned by .*$/,
    'group',
  ),
  pattern('group removed', 'group-deleted', /^group [`']([^']*)' removed.*$/, 'group'),
  pattern(
    'group changed',
    'group-changed',
    /^(?:group changed in \S+ \(group ([^,/)]+).*|change group [`']([^']*)' .*)$/,
    'group',
    'group',
  ),
  pattern(
    'user locked or changed',
    'user-changed',
    /^((?:un)?lock|change|set) user '([^']*)' .*$/,
    'reason',
    'target',
  ),
  pattern('user changed', 'user-changed', /^changed (.*) (?:for|of) '?([^' ]+)'?$/, 'reason', 'target'),
  pattern('shell changed', 'user-changed', /^changed user [`']([^']*)' .*$/, 'target'),
  pattern(
    'password changed by',
    'password-changed',
    /^password for [`']([^']*)' changed by [`']([^']*)'$/,
    'target',
    'user',
  ),
  pattern(
    'user change failed',
    'user-change-failed',
    /^failed (?:adding|deleting|changing) user '([^']*)'.*$/,
    'target',
  ),
  pattern('group change failed', 'user-change-failed', /^failed to (.*)$/, 'reason'),
];

/** systemd-logind: src/login/logind-session.c and logind-seat.c. */
const LOGIND: readonly LinuxAuthPattern[] = [
  pattern(
    'new session',
    'session-opened',
    /^New session '?([^' ]+)'? of user '?([^' ]+)'?(?: with .*)?\.$/,
    'session',
    'user',
  ),
  pattern('session removed', 'session-closed', /^Removed session ([^ ]+)\.$/, 'session'),
  pattern('session logged out', 'session-message', /^Session ([^ ]+) logged out\. .*$/, 'session'),
  pattern('logind', 'session-message', /^(.*)$/, 'reason'),
];

/** cron of Vixie, cronie and Debian. */
const CRON: readonly LinuxAuthPattern[] = [
  pattern('scheduled command', 'scheduled-command', /^\((\S+)\) CMD \((.*)\)$/, 'user', 'command'),
];

/** login of util-linux and shadow, and the display managers. */
const LOGIN: readonly LinuxAuthPattern[] = [
  pattern(
    'failed login at a terminal',
    'login-failed',
    /^FAILED LOGIN \(\d+\) on '[^']*'(?: from '([^']*)')? FOR '([^']*)', (.*)$/,
    'address',
    'user',
    'reason',
  ),
  pattern(
    'failed login',
    'login-failed',
    /^FAILED LOGIN (?:\d+|SESSION) FROM (\S+) FOR (.*), ([^,]*)$/,
    'address',
    'user',
    'reason',
  ),
  pattern(
    'too many tries',
    'login-failed',
    /^TOO MANY LOGIN TRIES \(\d+\) (?:FROM|on) (\S+) FOR (.*), ([^,]*)$/,
    'address',
    'user',
    'reason',
  ),
  pattern('invalid password', 'login-failed', /^invalid password for [`']([^']*)'.*$/, 'user'),
  pattern('root login from', 'login-succeeded', /^ROOT LOGIN ON \S+ FROM (\S+)$/, 'address'),
  pattern('root login', 'login-succeeded', /^ROOT LOGIN +(?:ON|on) (.*)$/, 'reason'),
  pattern(
    'login by',
    'login-succeeded',
    /^(?:DIALUP AT|LOGIN ON) \S+ BY (\S+)(?: FROM (\S+))?$/,
    'user',
    'address',
  ),
];

/** The remote logins of old: Kerberos' and BSD's r-commands, telnet, and FTP as far as it names a login. */
const REMOTE: readonly LinuxAuthPattern[] = [
  pattern(
    'remote login failed',
    'login-failed',
    /^Authentication failed from (\S+) \([^)]*\): (.*)$/,
    'address',
    'reason',
  ),
  pattern('Kerberos login failed', 'login-failed', /^(Kerberos authentication failed)$/, 'reason'),
  pattern(
    'login of FTP failed',
    'login-failed',
    /^(?:FTP )?LOGIN FAILED FROM (\S+?)(?: \[[^\]]*\])?, (.*)$/i,
    'address',
    'user',
  ),
  pattern(
    'login of FTP',
    'login-succeeded',
    /^(?:ANONYMOUS )?FTP LOGIN FROM (\S+?)(?: \[[^\]]*\])?, *(.*)$/,
    'address',
    'user',
  ),
];

/** polkitd, pkexec and doas. */
const PRIVILEGES: readonly LinuxAuthPattern[] = [
  pattern(
    'polkit authenticated',
    'privileged-command',
    /^Operator of \S+ (?:session \S+ )?successfully authenticated as unix-user:(\S+) (.*)$/,
    'target',
    'reason',
  ),
  pattern(
    'polkit refused',
    'privileged-command-denied',
    /^Operator of \S+ (?:session \S+ )?FAILED to authenticate (.*)$/,
    'reason',
  ),
  pattern(
    'pkexec command',
    'privileged-command',
    /^(\S+): Executing command \[USER=([^\]]*)\](?: \[(?!COMMAND)\w+=[^\]]*\])* \[COMMAND=(.*)\]$/,
    'user',
    'target',
    'command',
  ),
  pattern(
    'pkexec refused',
    'privileged-command-denied',
    /^(\S+): Error executing command as another user: (.*)$/,
    'user',
    'reason',
  ),
  pattern(
    'doas command',
    'privileged-command',
    /^(\S+) ran command (.*) as (\S+) from \S+$/,
    'user',
    'command',
    'target',
  ),
  pattern('doas failed', 'privileged-command-denied', /^failed auth for (\S+)$/, 'user'),
  pattern(
    'doas refused',
    'privileged-command-denied',
    /^command not permitted for (\S+): (.*)$/,
    'user',
    'command',
  ),
];

const programs = (patterns: readonly LinuxAuthPattern[], ...names: string[]) =>
  names.map((name): [string, readonly LinuxAuthPattern[]] => [name, patterns]);

/** The forms that a program writes, by its name in lower case. A program that is named without forms is read in general. */
export const PROGRAM_PATTERNS: ReadonlyMap<string, readonly LinuxAuthPattern[]> = new Map([
  ...programs(SU, 'su', 'su-l', 'runuser'),
  ...programs([], 'sudo'),
  ...programs(ACCOUNTS, 'useradd', 'usermod', 'userdel', 'newusers', 'adduser', 'deluser'),
  ...programs(ACCOUNTS, 'groupadd', 'groupmod', 'groupdel', 'groupmems', 'gpasswd'),
  ...programs(ACCOUNTS, 'passwd', 'chpasswd', 'chgpasswd', 'chage', 'chsh', 'chfn', 'usermod.real'),
  ...programs(LOGIND, 'systemd-logind', 'elogind', 'elogind-daemon'),
  ...programs(CRON, 'cron', 'crond', 'crontab', 'anacron', 'atd'),
  ...programs(LOGIN, 'login', 'remote', 'agetty', 'mingetty', 'gdm', 'gdm-password]', 'gdm-autologin]'),
  ...programs(LOGIN, 'gdm-password', 'gdm-session-worker', 'lightdm', 'sddm', 'sddm-helper', 'xdm', 'kdm'),
  ...programs(
    REMOTE,
    'klogind',
    'kshd',
    'rlogind',
    'in.rlogind',
    'rshd',
    'in.rshd',
    'telnetd',
    'in.telnetd',
    'ftpd',
  ),
  ...programs(PRIVILEGES, 'polkitd', 'polkit-agent-helper-1', 'pkexec', 'doas'),
]);
