import { TEXT_LIMITS, type NormalisedEvent } from '@watchfloor/contracts';
import { formatEventTime, isShowable } from '../event-time';
import type { Format, LineReader, ReadOutcome, ReadingContext } from '../format';
import { canonicalIp } from '../ip-address';
import { invalidTimestamp, unrecognised } from '../rejection';
import { readEnvelope } from '../syslog-envelope';
import { TimestampReader } from '../timestamps';
import { APACHE_MESSAGES } from './web/apache-messages';
import { readApacheGroups, type ApacheGroups } from './web/apache-groups';
import { eventGroup, type Origin } from './classification';
import { ASSUMED_TIME_TAG } from './syslog-event';
import { addModSecurityRule, classifyMessage } from './web/error-kinds';

const ORIGIN: Origin = { dataset: 'apache.error', module: 'apache' };
const EXPECTED = 'an error line of Apache httpd (`[time] [module:level] [pid …] [client …] message`)';
const CODE = /^AH\d{5}: /;
const REFERER = ', referer: ';
const UNREADABLE_TIME = /^\[(?:[A-Z][a-z]{2} [A-Z][a-z]{2} |\d{4}-)[\d :.-]+\]/;

/**
 * The error log of Apache httpd 2.2 and 2.4, as `ErrorLogFormat` is set by default
 * (https://httpd.apache.org/docs/2.4/mod/core.html#errorlogformat), and the same through syslog, where the time
 * stands in the header:
 *
 *     [Thu Jul 11 01:21:41 2013] [error] [client 192.0.2.1] message, referer: …
 *     [Sun Sep 14 21:44:43.008606 2014] [authz_core:error] [pid 10691:tid 1] [client 192.0.2.1:44271] AH01630: message
 */
export const apacheError: Format = {
  dataset: ORIGIN.dataset,
  recognises: (line) => LIKELY.test(line.slice(0, 512)),
  reader: (context) => new ApacheErrorReader(context),
};

/** The level in brackets after a time in brackets, or after the tag of a syslog line of httpd. */
const LIKELY =
  /^(?:\[[A-Z\d][\w :.-]{18,40}\] |[^\]"]{0,200}\b(?:httpd|apache2?)[\w/-]{0,64}(?:\[\d{1,10}\])?: )\[(?:[\w.-]{0,64}:)?(?:emerg|alert|crit|error|warn|notice|info|debug|trace\d)\] /;

class ApacheErrorReader implements LineReader {
  private readonly timestamps: TimestampReader;

  constructor(private readonly context: ReadingContext) {
    this.timestamps = new TimestampReader(context);
  }

  get yearsInferred(): boolean {
    return this.timestamps.yearsInferred;
  }

  read(line: string): ReadOutcome {
    let host = this.context.host;
    let at = 0;
    let timed = true;
    let instant = this.ownTime(line, 0);
    if (Number.isNaN(instant)) {
      const envelope = readEnvelope(line, this.timestamps);
      if (line.charCodeAt(0) !== 91 && envelope.program === undefined) return unrecognised(EXPECTED);
      if (envelope.program !== undefined) at = envelope.messageAt;
      host = envelope.host ?? host;
      instant = this.ownTime(line, at);
      if (Number.isNaN(instant)) {
        // A date that does not exist is not the same as a line without one.
        if (UNREADABLE_TIME.test(line.slice(at, at + 40))) return invalidTimestamp(line.slice(at, at + 40));
        instant = envelope.hasInvalidTime ? NaN : envelope.eventTime;
        timed = envelope.hasTime;
        this.timestamps.end = at;
      }
    }
    if (!isShowable(instant)) return invalidTimestamp(line.slice(at, at + 40));
    const groups = readApacheGroups(line, this.timestamps.end);
    if (!groups) return unrecognised(EXPECTED);
    const event = eventOf(line.slice(groups.messageAt), groups, formatEventTime(instant));
    if (host !== undefined) event.host = { name: host };
    if (!timed) event.tags = [ASSUMED_TIME_TAG];
    return { event };
  }

  /** The time in the first brackets (`ctime` or ISO), leaving `end` behind them; NaN when there is none. */
  private ownTime(line: string, at: number): number {
    if (line.charCodeAt(at) !== 91) return NaN;
    let instant = this.timestamps.ctime(line, at + 1);
    if (Number.isNaN(instant)) instant = this.timestamps.iso(line, at + 1);
    if (line.charCodeAt(this.timestamps.end) !== 93) return NaN;
    this.timestamps.end += 1;
    return instant;
  }
}

function eventOf(text: string, groups: ApacheGroups, time: string): NormalisedEvent {
  const code = CODE.exec(text)?.[0];
  const referer = text.lastIndexOf(REFERER);
  const full = text.slice(code?.length ?? 0, referer < 0 ? text.length : referer);
  const message = full.slice(0, TEXT_LIMITS.path);
  const { kind, user } = classifyMessage(message, groups.level, APACHE_MESSAGES);
  const event: NormalisedEvent = {
    '@timestamp': time,
    message,
    event: eventGroup(ORIGIN, kind),
    log: { level: groups.level },
  };
  if (code !== undefined) event.event.code = code.slice(0, -2);
  if (groups.module !== undefined) event.event.provider = groups.module;
  if (groups.pid !== undefined) event.process = { name: 'httpd', pid: groups.pid };
  if (user !== undefined) event.user = { name: user };
  if (groups.client !== undefined) addClient(event, groups.client, groups.module !== undefined);
  if (referer >= 0)
    event.http = { request: { referrer: text.slice(referer + REFERER.length).slice(0, TEXT_LIMITS.path) } };
  if (message.includes('ModSecurity: ')) addModSecurityRule(event, message);
  return event;
}

/**
 * `192.0.2.1`, `192.0.2.1:44271`, `[2001:db8::1]:44271`, or a name. httpd 2.4 appends the port to an IPv6 address without
 * brackets as well: there the last group is the port.
 */
function addClient(event: NormalisedEvent, client: string, version24: boolean): void {
  const colon = client.lastIndexOf(':');
  const portText = colon > 0 ? client.slice(colon + 1) : '';
  const front = canonicalIp(client.slice(0, Math.max(colon, 0)));
  const whole = canonicalIp(client);
  const hasPort = /^\d{1,5}$/.test(portText) && front !== undefined && (whole === undefined || version24);
  const ip = hasPort ? front : whole;
  if (ip === undefined) {
    const name = client.slice(0, TEXT_LIMITS.keyword);
    if (/^[\w.-]+$/.test(name)) event.source = { address: name, domain: name };
    return;
  }
  event.source = { ip };
  if (hasPort && Number(portText) <= 65_535) event.source.port = Number(portText);
  event.related = { ip: [ip] };
}
