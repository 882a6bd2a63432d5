import type { Format, LineReader, ReadingContext, ReadOutcome } from '../format';
import { invalidTimestamp, unrecognised } from '../rejection';
import { readEnvelope } from '../syslog-envelope';
import { TimestampReader } from '../timestamps';
import type { Origin } from './classification';
import { eventOfMessage, sshdPatternName } from './openssh/event-of-message';

const ORIGIN: Origin = { dataset: 'openssh', module: 'openssh' };

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
  reader: (context) => new OpensshReader(context),
};

class OpensshReader implements LineReader {
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
    const { program } = envelope;
    if (program !== undefined && !SSHD_PROGRAMS.has(program)) {
      return unrecognised(`a line of sshd but of ${program}`);
    }
    const event = eventOfMessage(
      { origin: ORIGIN, envelope, host: this.context.host },
      program !== undefined,
    );
    return event === undefined ? unrecognised('a message of sshd') : { event };
  }

  patternOf(line: string): string {
    const envelope = readEnvelope(line, this.times);
    return sshdPatternName(envelope.message, envelope.programModule);
  }
}
