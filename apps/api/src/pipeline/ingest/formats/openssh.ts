import type { Format } from '../format';
import { unrecognised } from '../rejection';
import { eventOfMessage, sshdPatternName } from './openssh/event-of-message';
import { SyslogReader, type SyslogMessages } from './syslog-reader';

/** sshd, its children since OpenSSH 9.8, and its file transfer servers. */
export const SSHD_PROGRAMS: ReadonlySet<string> = new Set([
  'sshd',
  'sshd-session',
  'sshd-auth',
  'com.openssh.sshd',
  'internal-sftp',
  'sftp-server',
]);

/** `sshd` followed by what may follow a program's name, near the beginning of the line. */
const MARK =
  /(?:^|[ />])(?:sshd(?:-session|-auth)?(?:\(pam_\w+\))?(?:\[\d+\])?: |sshd(?:-session|-auth)? \d+ \S+ [-[])/;
const LONGEST_ENVELOPE = 256;

/** Lines of sshd; what each message means is in `openssh/`. Every line is read by itself. */
export const openssh: Format = {
  dataset: 'openssh',
  recognises: (line) => MARK.test(line.length > LONGEST_ENVELOPE ? line.slice(0, LONGEST_ENVELOPE) : line),
  reader: (context) => new SyslogReader(context, MESSAGES),
};

const MESSAGES: SyslogMessages = {
  origin: { dataset: 'openssh', module: 'openssh' },
  read(source) {
    const { program } = source.envelope;
    if (program !== undefined && !SSHD_PROGRAMS.has(program)) {
      return unrecognised(`a line of sshd but of ${program}`);
    }
    const event = eventOfMessage(source, program !== undefined);
    return event === undefined ? unrecognised('a message of sshd') : { event };
  },
  patternOf: ({ message, programModule }) => sshdPatternName(message, programModule),
};
