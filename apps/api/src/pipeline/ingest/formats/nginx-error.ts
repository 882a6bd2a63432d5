import { TEXT_LIMITS, type NormalisedEvent } from '@watchfloor/contracts';
import { formatEventTime, isShowable } from '../event-time';
import type { Format, LineReader, ReadOutcome, ReadingContext } from '../format';
import { canonicalIp } from '../ip-address';
import { invalidTimestamp, unrecognised } from '../rejection';
import { readEnvelope } from '../syslog-envelope';
import { TimestampReader } from '../timestamps';
import { ASSUMED_TIME_TAG } from './syslog-event';
import { readRequest } from './web/access-request';
import { eventGroup, type Origin } from './classification';
import { authority, urlOfTarget } from './web/http-fields';
import { readNginxConnection, type NginxConnection } from './web/nginx-connection';
import { addModSecurityRule, classifyMessage, WEB_ERRORS, type MessagePattern } from './web/error-kinds';

const ORIGIN: Origin = { dataset: 'nginx.error', module: 'nginx' };
const EXPECTED = 'an error line of nginx (`date time [level] pid#tid: message`)';
/** `[level] pid#tid: ` and the number of the connection, as `ngx_log_error_core` writes them. */
const HEAD = /^ ?\[(emerg|alert|crit|error|warn|notice|info|debug)\] (\d{1,10})#\d{1,20}: (?:\*\d{1,20} )?/;

/** The time at the beginning, or behind the tag of a syslog line of nginx. */
const LIKELY =
  /^(?:[^\]"]{0,200}\bnginx(?:\[\d{1,10}\])?(?:: | \S{1,16} \S{1,16} - ))?\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d \[[a-z]{4,6}\] \d{1,10}#\d/;

/** Messages of the modules of nginx 1.x, by the text in their sources (`src/http`, `src/event`). */
const PATTERNS: readonly MessagePattern[] = [
  { pattern: /^user "(?<user>.*)":? was not found in "/, kind: WEB_ERRORS.loginFailed },
  { pattern: /^user "(?<user>.*)": password mismatch/, kind: WEB_ERRORS.loginFailed },
  { pattern: /^PAM: user '(?<user>[^']*)' - not authenticated/, kind: WEB_ERRORS.loginFailed },
  { pattern: /^no user\/password was provided for basic authentication/, kind: WEB_ERRORS.loginFailed },
  { pattern: /^(?:\[client \S+\] )?ModSecurity: Access denied/, kind: WEB_ERRORS.ruleDenied },
  { pattern: /^(?:\[client \S+\] )?ModSecurity: /, kind: WEB_ERRORS.ruleMatched },
  { pattern: /^access forbidden by rule/, kind: WEB_ERRORS.accessDenied },
  { pattern: /^directory index of "/, kind: WEB_ERRORS.accessDenied },
  { pattern: /^auth request unexpected status/, kind: WEB_ERRORS.upstreamFailed },
  { pattern: /^(?:limiting|delaying) (?:requests|connections)/, kind: WEB_ERRORS.rateLimited },
  { pattern: /\(13: Permission denied\)/, kind: WEB_ERRORS.accessDenied },
  { pattern: /\((?:2: No such file or directory|20: Not a directory)\)/, kind: WEB_ERRORS.notFound },
  { pattern: /^FastCGI sent in stderr: "Primary script unknown/, kind: WEB_ERRORS.notFound },
  { pattern: /^FastCGI sent in stderr/, kind: WEB_ERRORS.scriptOutput },
  {
    pattern: /SSL_do_handshake\(\) failed|SSL_read\(\) failed|SSL_shutdown\(\) failed/,
    kind: WEB_ERRORS.tlsFailed,
  },
  {
    pattern: /^client sent |^invalid host in request|^client intended to send too large/,
    kind: WEB_ERRORS.badRequest,
  },
  {
    pattern: /^upstream |^connect\(\) failed|^no live upstreams|^recv\(\) failed/,
    kind: WEB_ERRORS.upstreamFailed,
  },
];

/** nginx's error log: https://nginx.org/en/docs/ngx_core_module.html#error_log and `ngx_log.c`; with a syslog header too. */
export const nginxError: Format = {
  dataset: ORIGIN.dataset,
  recognises: (line) => LIKELY.test(line.slice(0, 512)),
  reader: (context) => new NginxErrorReader(context),
};

class NginxErrorReader implements LineReader {
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
    let instant = this.timestamps.slashed(line, 0);
    if (Number.isNaN(instant)) {
      const envelope = readEnvelope(line, this.timestamps);
      at = envelope.messageAt;
      host = envelope.host ?? host;
      instant = this.timestamps.slashed(line, at);
      if (Number.isNaN(instant)) {
        if (!HEAD.test(line.slice(at, at + 64))) return unreadable(line, at);
        instant = envelope.eventTime;
        timed = envelope.hasTime;
        this.timestamps.end = at;
      }
    }
    if (!isShowable(instant)) return invalidTimestamp(line.slice(at, at + 30));
    const body = line.slice(this.timestamps.end);
    const head = HEAD.exec(body);
    if (!head) return unrecognised(EXPECTED);
    const event = eventOf(body.slice(head[0].length), head[1] ?? '', formatEventTime(instant));
    event.process = { name: 'nginx', pid: Number(head[2]) };
    if (host !== undefined) event.host = { name: host };
    if (!timed) event.tags = [ASSUMED_TIME_TAG];
    return { event };
  }
}

/** A date that does not exist is not the same as a line of another kind. */
function unreadable(line: string, at: number): ReadOutcome {
  const start = line.slice(at, at + 30);
  return /^\d{4}\/\d\d\/\d\d /.test(start) ? invalidTimestamp(start) : unrecognised(EXPECTED);
}

function eventOf(text: string, level: string, time: string): NormalisedEvent {
  const connection = readNginxConnection(text);
  const message = (connection?.message ?? text).slice(0, TEXT_LIMITS.path);
  const { kind, user } = classifyMessage(message, level, PATTERNS);
  const event: NormalisedEvent = {
    '@timestamp': time,
    message,
    event: eventGroup(ORIGIN, kind),
    log: { level },
  };
  if (user !== undefined) event.user = { name: user };
  if (connection) addConnection(event, connection);
  if (message.includes('ModSecurity: ')) addModSecurityRule(event, message);
  return event;
}

function addConnection(event: NormalisedEvent, connection: NginxConnection): void {
  const ip = canonicalIp(connection.client);
  if (ip !== undefined) {
    event.source = { ip };
    event.related = { ip: [ip] };
  }
  if (connection.request !== undefined) addRequest(event, connection.request);
  const host = connection.host ?? connection.server;
  if (host !== undefined && host !== '' && host !== '_') event.url = { ...authority(host), ...event.url };
  if (connection.referrer !== undefined) {
    event.http ??= {};
    event.http.request = { ...event.http.request, referrer: connection.referrer.slice(0, TEXT_LIMITS.path) };
  }
}

function addRequest(event: NormalisedEvent, text: string): void {
  const { method, target, version } = readRequest(text);
  if (method === undefined || target === undefined) {
    if (text !== '') event.url = { original: text.slice(0, TEXT_LIMITS.path) };
    return;
  }
  event.url = urlOfTarget(target, method);
  event.http = { request: { method } };
  if (version !== undefined) event.http.version = version;
}
