import type { Privilege } from '../activity';
import type { LineOutlet, LogWriter, NativeFormat } from '../native-format';
import type { SeededRandom } from '../seeded-random';
import type { Target } from '../target';
import { syslogTime } from '../timestamps';

const FIRST_USER_ID = 1000;
const FIRST_NEW_ID = 1200;

const idOf = (user: string): number => FIRST_USER_ID + (user.length % 50);

/** sudo, su, useradd and their PAM modules, as they write to /var/log/auth.log on Debian. */
class LinuxAuthWriter implements LogWriter {
  private pid: number;
  private created = 0;

  constructor(
    private readonly target: Target,
    private readonly random: SeededRandom,
  ) {
    this.pid = random.between(900, 30_000);
  }

  write(activity: Parameters<LogWriter['write']>[0], atUs: number, outlet: LineOutlet): void {
    if (activity.kind !== 'privilege') return;
    this.pid += this.random.between(1, 9);
    const host = ` ${this.target.host} `;
    const line = (us: number, message: string): void => outlet(us, syslogTime(us) + host + message);
    if (activity.action === 'sudo') this.sudo(activity, atUs, line);
    else if (activity.action === 'su') this.su(activity, atUs, line);
    else this.useradd(activity, atUs, line);
  }

  private sudo({ user, object, succeeds }: Privilege, us: number, line: LineOutlet): void {
    const tty = this.random.below(4);
    if (!succeeds)
      line(
        us,
        `sudo: pam_unix(sudo:auth): authentication failure; logname=${user} uid=${idOf(user)} euid=0 tty=/dev/pts/${tty} ruser=${user} rhost=  user=${user}`,
      );
    const verdict = succeeds ? '' : '3 incorrect password attempts ; ';
    line(
      us,
      `sudo: ${user.padStart(8)} : ${verdict}TTY=pts/${tty} ; PWD=/home/${user} ; USER=root ; COMMAND=${object}`,
    );
    if (!succeeds) return;
    line(
      us,
      `sudo: pam_unix(sudo:session): session opened for user root(uid=0) by ${user}(uid=${idOf(user)})`,
    );
    line(
      us + this.random.between(20_000, 4_000_000),
      'sudo: pam_unix(sudo:session): session closed for user root',
    );
  }

  private su({ user, object, succeeds }: Privilege, us: number, line: LineOutlet): void {
    const tag = `su[${this.pid}]: `;
    const tty = `pts/${this.random.below(4)}`;
    if (succeeds) {
      line(us, `${tag}(to ${object}) ${user} on ${tty}`);
      line(
        us,
        `${tag}pam_unix(su:session): session opened for user ${object}(uid=0) by ${user}(uid=${idOf(user)})`,
      );
      return;
    }
    line(
      us,
      `${tag}pam_unix(su:auth): authentication failure; logname=${user} uid=${idOf(user)} euid=0 tty=/dev/${tty} ruser=${user} rhost=  user=${object}`,
    );
    line(us + 2_000_000, `${tag}FAILED SU (to ${object}) ${user} on ${tty}`);
  }

  private useradd({ object }: Privilege, us: number, line: LineOutlet): void {
    this.created += 1;
    const id = FIRST_NEW_ID + this.created;
    const tag = `useradd[${this.pid}]: `;
    line(us, `${tag}new group: name=${object}, GID=${id}`);
    line(
      us,
      `${tag}new user: name=${object}, UID=${id}, GID=${id}, home=/home/${object}, shell=/bin/bash, from=/dev/pts/1`,
    );
  }
}

export const linuxAuth: NativeFormat = {
  dataset: 'linux.auth',
  records: ['privilege'],
  namesHost: true,
  open: (target, random) => new LinuxAuthWriter(target, random),
};
