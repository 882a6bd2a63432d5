import type { Login } from '../activity';
import type { LineOutlet, LogWriter, NativeFormat } from '../native-format';
import type { SeededRandom } from '../seeded-random';
import type { Target } from '../target';
import { syslogTime } from '../timestamps';

const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const FIRST_USER_ID = 1000;
/** What a wrong password costs: sshd and pam_unix delay the answer. */
const SLOWEST_FAILURE_US = 2_600_000;

/** sshd 8.9 to 9.6 with PAM on Debian, as rsyslog writes it (RFC 3164, one process per connection). */
class OpensshWriter implements LogWriter {
  private pid: number;

  constructor(
    private readonly target: Target,
    private readonly random: SeededRandom,
  ) {
    this.pid = random.between(900, 30_000);
  }

  write(activity: Parameters<LogWriter['write']>[0], atUs: number, outlet: LineOutlet): void {
    if (activity.kind !== 'login') return;
    const { target } = this;
    this.pid = this.pid > 4_000_000 ? 900 : this.pid + this.random.between(1, 3);
    const tag = ` ${target.host} sshd[${this.pid}]: `;
    const line = (us: number, message: string): void => outlet(us, syslogTime(us) + tag + message);
    if (activity.method === 'publickey') this.acceptKey(activity, atUs, line);
    else this.tryPasswords(activity, atUs, line);
  }

  private acceptKey(login: Login, atUs: number, line: LineOutlet): void {
    const { source, sourcePort, user } = login;
    if (!login.succeeds) {
      line(atUs, `Connection closed by authenticating user ${user} ${source} port ${sourcePort} [preauth]`);
      return;
    }
    const key = `ED25519 SHA256:${this.random.text(BASE64, 43)}`;
    line(atUs, `Accepted publickey for ${user} from ${source} port ${sourcePort} ssh2: ${key}`);
    this.session(login, atUs, line);
  }

  private tryPasswords(login: Login, atUs: number, line: LineOutlet): void {
    const { source, sourcePort, user, known } = login;
    const from = `from ${source} port ${sourcePort}`;
    let us = atUs;
    if (!known) line(us, `Invalid user ${user} ${from}`);
    const failures = login.succeeds ? login.attempts - 1 : login.attempts;
    for (let failure = 0; failure < failures; failure += 1) {
      if (failure === 0) this.complain(login, us, line);
      us += this.random.between(600_000, SLOWEST_FAILURE_US);
      line(us, `Failed password for ${known ? '' : 'invalid user '}${user} ${from} ssh2`);
    }
    if (!login.succeeds) return this.giveUp(login, us, line);
    line(us, `Accepted password for ${user} ${from} ssh2`);
    this.session(login, us, line);
  }

  /** What PAM says before sshd reports the first failure of a connection. */
  private complain({ source, user, known }: Login, us: number, line: LineOutlet): void {
    if (!known) line(us, 'pam_unix(sshd:auth): check pass; user unknown');
    const account = known ? ` user=${user}` : '';
    line(
      us,
      `pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=${source} ${account}`,
    );
  }

  private giveUp(login: Login, us: number, line: LineOutlet): void {
    const { source, sourcePort, user, known } = login;
    const whom = `${known ? 'authenticating' : 'invalid'} user ${user}`;
    const peer = `${source} port ${sourcePort}`;
    if (login.attempts >= 6) {
      const account = `${known ? '' : 'invalid user '}${user}`;
      line(us, `error: maximum authentication attempts exceeded for ${account} from ${peer} ssh2 [preauth]`);
      line(us, `Disconnecting ${whom} ${peer}: Too many authentication failures [preauth]`);
    } else if (this.random.chance(0.6)) {
      line(us, `Connection closed by ${whom} ${peer} [preauth]`);
    } else {
      line(us, `Received disconnect from ${peer}:11: Bye Bye [preauth]`);
      line(us, `Disconnected from ${whom} ${peer} [preauth]`);
    }
  }

  private session({ source, sourcePort, user, sessionUs }: Login, us: number, line: LineOutlet): void {
    const id = user === 'root' ? 0 : FIRST_USER_ID + (user.length % 50);
    line(us, `pam_unix(sshd:session): session opened for user ${user}(uid=${id}) by (uid=0)`);
    const end = us + sessionUs;
    line(end, `Received disconnect from ${source} port ${sourcePort}:11: disconnected by user`);
    line(end, `Disconnected from user ${user} ${source} port ${sourcePort}`);
    line(end, `pam_unix(sshd:session): session closed for user ${user}`);
  }
}

export const openssh: NativeFormat = {
  dataset: 'openssh',
  records: ['login'],
  namesHost: true,
  open: (target, random) => new OpensshWriter(target, random),
};
