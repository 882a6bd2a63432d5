import type { Format, LineReader, ReadingContext, ReadOutcome } from '../format';
import { invalidTimestamp, unrecognised } from '../rejection';
import { readEnvelope } from '../syslog-envelope';
import { TimestampReader } from '../timestamps';
import type { Origin } from './classification';
import { readLinuxAuth } from './linux-auth/event-of-line';
import { PROGRAM_PATTERNS } from './linux-auth/patterns';
import { SSHD_PROGRAMS } from './openssh';
import { eventOfMessage, sshdPatternName } from './openssh/event-of-message';

const ORIGIN: Origin = { dataset: 'linux.auth', module: 'linux' };

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
  reader: (context) => new LinuxAuthReader(context),
};

class LinuxAuthReader implements LineReader {
  private readonly times: TimestampReader;

  constructor(private readonly context: ReadingContext) {
    this.times = new TimestampReader(context);
  }

  get yearsInferred(): boolean {
    return this.times.yearsInferred;
  }

  read(line: string): ReadOutcome {
    const envelope = readEnvelope(line, this.times);
    if (envelope.hasInvalidTime) return invalidTimestamp(line.slice(0, 40));
    const source = { origin: ORIGIN, envelope, host: this.context.host };
    if (SSHD_PROGRAMS.has(envelope.program ?? '')) {
      const event = eventOfMessage(source, true);
      if (event !== undefined) return { event };
    }
    return readLinuxAuth(source) ?? unrecognised('a message about authentication or accounts');
  }

  patternOf(line: string): string {
    const envelope = readEnvelope(line, this.times);
    if (SSHD_PROGRAMS.has(envelope.program ?? ''))
      return sshdPatternName(envelope.message, envelope.programModule);
    return readLinuxAuth({ origin: ORIGIN, envelope, host: undefined })?.pattern ?? '';
  }
}
