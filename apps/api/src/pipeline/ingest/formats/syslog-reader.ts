import type { LineReader, ReadingContext, ReadOutcome } from '../format';
import { invalidTimestamp } from '../rejection';
import { readEnvelope, type SyslogEnvelope } from '../syslog-envelope';
import { TimestampReader } from '../timestamps';
import type { Origin } from './classification';
import type { SyslogSource } from './syslog-event';

/** What a format makes of the messages that syslog carries. */
export interface SyslogMessages {
  readonly origin: Origin;
  read(source: SyslogSource): ReadOutcome;
  /** The pattern by which the message is read, for `explain`. */
  patternOf(envelope: SyslogEnvelope): string;
}

/** Reads syslog lines, each by itself: the envelope here, the message by its format. */
export class SyslogReader implements LineReader {
  private readonly times: TimestampReader;

  constructor(
    private readonly context: ReadingContext,
    private readonly messages: SyslogMessages,
  ) {
    this.times = new TimestampReader(context);
  }

  get yearsInferred(): boolean {
    return this.times.yearsInferred;
  }

  read(line: string): ReadOutcome {
    const envelope = readEnvelope(line, this.times);
    if (envelope.hasInvalidTime) return invalidTimestamp(line.slice(0, 40));
    return this.messages.read({ origin: this.messages.origin, envelope, host: this.context.host });
  }

  patternOf(line: string): string {
    return this.messages.patternOf(readEnvelope(line, this.times));
  }
}
