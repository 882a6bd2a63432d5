import type { Login } from '../activity';
import type { LineOutlet, LogWriter, NativeFormat } from '../native-format';
import type { SeededRandom } from '../seeded-random';
import type { Target } from '../target';
import { isoTime, seconds } from '../timestamps';

const HEX = '0123456789abcdef';
/** What automatic intruders type first on a machine that let them in. */
const COMMANDS = [
  'uname -a',
  'cat /proc/cpuinfo | grep name | wc -l',
  'free -m',
  'ls -lh $(which ls)',
  'w',
  'crontab -l',
  'cat /etc/passwd',
  'history -c',
] as const;

/** Cowrie's JSON log: the honeypot lets some in and records what they type. */
class CowrieWriter implements LogWriter {
  constructor(
    private readonly target: Target,
    private readonly random: SeededRandom,
  ) {}

  write(activity: Parameters<LogWriter['write']>[0], atUs: number, outlet: LineOutlet): void {
    if (activity.kind !== 'login') return;
    const session = this.random.text(HEX, 12);
    const record = (us: number, event: string, fields: string): void =>
      outlet(
        us,
        `{"eventid":"cowrie.${event}",${fields},"sensor":"${this.target.host}","timestamp":"${isoTime(us)}Z","src_ip":"${activity.source}","session":"${session}"}`,
      );
    let us = atUs;
    record(us, 'session.connect', connectFields(activity, session));
    for (let attempt = 1; attempt <= activity.attempts; attempt += 1) {
      us += this.random.between(200_000, 1_200_000);
      const accepted = activity.succeeds && attempt === activity.attempts;
      record(us, accepted ? 'login.success' : 'login.failed', loginFields(activity, accepted));
    }
    if (activity.succeeds) us = this.commands(us, record);
    us += this.random.between(100_000, 2_000_000);
    const duration = seconds(us - atUs);
    record(
      us,
      'session.closed',
      `"duration":${duration},"message":"Connection lost after ${duration} seconds"`,
    );
  }

  private commands(fromUs: number, record: (us: number, event: string, fields: string) => void): number {
    let us = fromUs;
    for (let count = this.random.between(1, 4); count > 0; count -= 1) {
      us += this.random.between(300_000, 4_000_000);
      const input = this.random.pick(COMMANDS);
      record(
        us,
        'command.input',
        `"input":${JSON.stringify(input)},"message":${JSON.stringify(`CMD: ${input}`)}`,
      );
    }
    return us;
  }
}

function connectFields({ source, sourcePort, destination, target }: Login, session: string): string {
  const message = `New connection: ${source}:${sourcePort} (${destination}:${target.port}) [session: ${session}]`;
  return `"src_port":${sourcePort},"dst_ip":"${destination}","dst_port":${target.port},"protocol":"ssh","message":"${message}"`;
}

function loginFields({ user, password }: Login, accepted: boolean): string {
  const message = `login attempt [${user}/${password}] ${accepted ? 'succeeded' : 'failed'}`;
  return `"username":${JSON.stringify(user)},"password":${JSON.stringify(password)},"message":${JSON.stringify(message)}`;
}

export const cowrie: NativeFormat = {
  dataset: 'cowrie',
  records: ['login'],
  namesHost: false,
  open: (target, random) => new CowrieWriter(target, random),
};
