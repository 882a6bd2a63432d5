import type { TimestampReader } from './timestamps';
import { afterStructuredElements } from './structured-elements';

/** What stands around the message of a syslog line. Absent parts are undefined. */
export interface SyslogEnvelope {
  /** Event time in ms since the epoch; assumed (see `TimestampReader.assumed`) when `hasTime` is false. */
  readonly eventTime: number;
  /** False when the line carries no time, as in `journalctl -o cat` with a tag. */
  readonly hasTime: boolean;
  /** True when a timestamp stands there that names no instant, such as 30 February. */
  readonly hasInvalidTime: boolean;
  readonly host: string | undefined;
  /** The program without its path and without what stands in brackets: `sshd` of `sshd(pam_unix)[12]:`. */
  readonly program: string | undefined;
  /** What old PAM modules append to the program: `pam_unix` of `sshd(pam_unix)[12]:`. */
  readonly programModule: string | undefined;
  readonly pid: number | undefined;
  /** `<PRI>` of RFC 3164 and 5424. */
  readonly priority: number | undefined;
  readonly message: string;
  /** Where the message begins in the line. */
  readonly messageAt: number;
}

const SPACE = 32;
const COLON = 58;
const OPEN_BRACKET = 91;
const OPEN_PAREN = 40;
const LESS_THAN = 60;
/** A longer word before a colon is text, not the name of a program. */
const LONGEST_PROGRAM = 128;
const UNREADABLE_TIME = /^(?:[A-Z][a-z]{2} {1,2}\d{1,2} \d{1,2}:\d|\d{4}-\d\d-\d\d[T ]\d\d:)/;
/** `kernel:[  970.699396]: ` and Solaris' `[ID 800047 auth.info] ` in front of a message. */
const MESSAGE_PREFIX = /(?:kernel: ?\[ *\d+\.\d+\]:? |\[ID \d+ [\w.]+\] )/y;
/** BSD's `<4.6>` or `<auth.info>`, OpenWrt's `auth.info`, and the stream of a container's log, before the host. */
const BEFORE_HOST =
  /(?:<[\w.]+>|(?:auth|authpriv|daemon|kern|user|syslog|local\d|cron)\.[a-z]+|std(?:out|err) [FP]) /y;

/**
 * Takes a syslog line apart: RFC 3164 and RFC 5424, with or without `<PRI>`, ISO timestamps, the journal's short
 * forms with or without a time, OpenWrt's `logread`. What has no such form is a message as a whole. Linear, never throws.
 */
export function readEnvelope(line: string, times: TimestampReader): SyslogEnvelope {
  const scan = new EnvelopeScan(line, times);
  scan.read();
  return scan;
}

/** The scan of one line: its fields are the envelope, so that a line costs one allocation. */
class EnvelopeScan implements SyslogEnvelope {
  eventTime = NaN;
  hasTime = true;
  hasInvalidTime = false;
  host: string | undefined = undefined;
  program: string | undefined = undefined;
  programModule: string | undefined = undefined;
  pid: number | undefined = undefined;
  priority: number | undefined = undefined;
  message = '';
  messageAt = 0;

  constructor(
    private readonly line: string,
    private readonly times: TimestampReader,
  ) {}

  read(): void {
    let at = this.readPriority();
    if (this.isProtocol23(at)) {
      this.readProtocol23(at + 2);
    } else {
      at = this.readTime(at);
      this.readHostAndTag(at);
    }
    this.settleTime();
    this.skipMessagePrefix();
    this.message = this.messageAt === 0 ? this.line : this.line.slice(this.messageAt);
  }

  private readPriority(): number {
    if (this.line.charCodeAt(0) !== LESS_THAN) return 0;
    const match = /^<(\d{1,3})>/.exec(this.line);
    if (!match) return 0;
    this.priority = Number(match[1]);
    return match[0].length;
  }

  /** Syslog version 1 and a time: the beginning of RFC 5424. */
  private isProtocol23(at: number): boolean {
    const { line } = this;
    if (line.charCodeAt(at) !== 49 || line.charCodeAt(at + 1) !== SPACE) return false;
    return line.charCodeAt(at + 2) === 45 || !Number.isNaN(this.times.iso(line, at + 2));
  }

  /** RFC 5424 section 6: TIMESTAMP HOSTNAME APP-NAME PROCID MSGID STRUCTURED-DATA MSG, `-` where there is nothing. */
  private readProtocol23(at: number): void {
    const { line } = this;
    if (line.charCodeAt(at) !== 45) this.eventTime = this.times.iso(line, at);
    let next = afterToken(line, at);
    this.host = token(line, next);
    next = afterToken(line, next);
    this.program = withoutPath(token(line, next));
    next = afterToken(line, next);
    this.pid = processId(line, next, tokenEnd(line, next));
    next = afterToken(line, afterToken(line, next));
    next = afterStructuredElements(line, next);
    this.messageAt = line.charCodeAt(next) === 0xfeff ? next + 1 : next;
  }

  private readTime(at: number): number {
    const { line, times } = this;
    const first = line.charCodeAt(at);
    let next = NaN;
    if (first >= 48 && first <= 57) {
      next = times.iso(line, at);
      if (Number.isNaN(next) && line.charCodeAt(at + 10) === 46) next = times.epochSeconds(line, at);
    } else if (first >= 65 && first <= 90) {
      next = times.syslog(line, at);
      if (Number.isNaN(next)) next = times.ctime(line, at);
      if (Number.isNaN(next) && line.charCodeAt(at + 3) === SPACE) next = times.iso(line, at + 4);
    }
    if (Number.isNaN(next)) {
      this.hasInvalidTime = UNREADABLE_TIME.test(at === 0 ? line : line.slice(at, at + 40));
      return at;
    }
    this.eventTime = next;
    return this.times.end;
  }

  private readHostAndTag(at: number): void {
    const { line } = this;
    let next = afterSpaces(line, at);
    const first = line.charCodeAt(next);
    if (first === LESS_THAN || (first >= 97 && first <= 117)) {
      BEFORE_HOST.lastIndex = next;
      if (BEFORE_HOST.test(line)) next = BEFORE_HOST.lastIndex;
    }
    if (this.readTag(next)) return;
    const hostEnd = tokenEnd(line, next);
    if (hostEnd > next && this.readTag(afterSpaces(line, hostEnd))) {
      this.host = line.slice(next, hostEnd);
      return;
    }
    this.messageAt = next;
  }

  /** Reads `program:`, `program[pid]:` or `program(module)[pid]:`; false when none stands there. */
  private readTag(at: number): boolean {
    const { line } = this;
    let next = at;
    let code = line.charCodeAt(next);
    while (code > SPACE && code !== COLON && code !== OPEN_BRACKET && code !== OPEN_PAREN)
      code = line.charCodeAt(++next);
    const nameEnd = next;
    if (nameEnd === at || nameEnd - at > LONGEST_PROGRAM) return false;
    let module: string | undefined;
    if (code === OPEN_PAREN) {
      const close = line.indexOf(')', next);
      if (close < 0 || close - next > 64) return false;
      module = line.slice(next + 1, close);
      code = line.charCodeAt((next = close + 1));
    }
    let pid: number | undefined;
    if (code === OPEN_BRACKET) {
      const close = line.indexOf(']', next);
      if (close < 0 || close - next > 12) return false;
      pid = processId(line, next + 1, close);
      code = line.charCodeAt((next = close + 1));
    }
    if (code !== COLON) return false;
    const after = line.charCodeAt(next + 1);
    if (after > SPACE) return false;
    this.program = withoutPath(line.slice(at, nameEnd));
    this.programModule = module;
    this.pid = pid;
    this.messageAt = afterSpaces(line, next + 1);
    return true;
  }

  private settleTime(): void {
    if (Number.isNaN(this.eventTime)) {
      this.hasTime = false;
      this.eventTime = this.times.assumed();
    } else {
      this.times.remember(this.eventTime);
    }
  }

  private skipMessagePrefix(): void {
    const first = this.line.charCodeAt(this.messageAt);
    if (first !== 107 && first !== OPEN_BRACKET) return;
    MESSAGE_PREFIX.lastIndex = this.messageAt;
    if (MESSAGE_PREFIX.test(this.line)) this.messageAt = MESSAGE_PREFIX.lastIndex;
  }
}

function afterSpaces(line: string, at: number): number {
  let next = at;
  while (line.charCodeAt(next) === SPACE) next++;
  return next;
}

function tokenEnd(line: string, at: number): number {
  const end = line.indexOf(' ', at);
  return end < 0 ? line.length : end;
}

const afterToken = (line: string, at: number): number => Math.min(tokenEnd(line, at) + 1, line.length);

/** The token at a position; undefined for RFC 5424's `-`. */
function token(line: string, at: number): string | undefined {
  const text = line.slice(at, tokenEnd(line, at));
  return text === '-' || text === '' ? undefined : text;
}

function withoutPath(program: string | undefined): string | undefined {
  if (program === undefined || program.charCodeAt(0) !== 47) return program;
  return program.slice(program.lastIndexOf('/') + 1);
}

/** The decimal number between two positions, undefined when there is none. */
function processId(line: string, from: number, to: number): number | undefined {
  let value = 0;
  for (let at = from; at < to; at++) {
    const digit = line.charCodeAt(at) - 48;
    if (!(digit >= 0 && digit <= 9)) return undefined;
    value = value * 10 + digit;
  }
  return to > from && to - from <= 10 ? value : undefined;
}
