import type { Format } from '../format';
import { unrecognised } from '../rejection';
import { readLinuxAuth } from './linux-auth/event-of-line';
import { PROGRAM_PATTERNS } from './linux-auth/patterns';
import { SSHD_PROGRAMS } from './openssh';
import { eventOfMessage, sshdPatternName } from './openssh/event-of-message';
import { SyslogReader, type SyslogMessages } from './syslog-reader';

/** A program's tag near the beginning of the line, with what may stand in brackets. */
const TAG = /(?:^|[ />])([\w.-]{1,40}\]?)(\(pam_\w+\))?(?:\[\d+\])?:(?= |$)/;
const PAM_MESSAGE = /: (?:\(pam_\w+\) |pam_\w+(?:\([^)]{0,64}\))?: )/;
const LONGEST_ENVELOPE = 256;

/**
 * Lines of a Linux authentication log: PAM modules of any program, su, sudo, account tools, logind, cron, login. Such
 * a log holds the lines of sshd too, which are read as the dataset `openssh` reads them. Every line is read by itself.
 */
export const linuxAuth: Format = {
  dataset: 'linux.auth',
  recognises(line) {
    const head = line.length > LONGEST_ENVELOPE ? line.slice(0, LONGEST_ENVELOPE) : line;
    if (head.charCodeAt(0) === 123) return false;
    const tag = TAG.exec(head);
    if (tag === null) return false;
    return (
      tag[2] !== undefined || PROGRAM_PATTERNS.has(tag[1]?.toLowerCase() ?? '') || PAM_MESSAGE.test(head)
    );
  },
  reader: (context) => new SyslogReader(context, MESSAGES),
};

const MESSAGES: SyslogMessages = {
  origin: { dataset: 'linux.auth', module: 'linux' },
  read(source) {
    if (SSHD_PROGRAMS.has(source.envelope.program ?? '')) {
      const event = eventOfMessage(source, true);
      if (event !== undefined) return { event };
    }
    return readLinuxAuth(source) ?? unrecognised('a message about authentication or accounts');
  },
  patternOf(envelope) {
    const { program = '', message, programModule } = envelope;
    if (SSHD_PROGRAMS.has(program)) return sshdPatternName(message, programModule);
    return readLinuxAuth({ origin: MESSAGES.origin, envelope, host: undefined })?.pattern ?? '';
  },
};
