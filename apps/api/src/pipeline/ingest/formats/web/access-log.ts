import { TEXT_LIMITS, type NormalisedEvent } from '@watchfloor/contracts';
import { formatEventTime, isShowable } from '../../event-time';
import type { LineReader, ReadOutcome, ReadingContext } from '../../format';
import { invalidTimestamp, unrecognised } from '../../rejection';
import { readEnvelope } from '../../syslog-envelope';
import { TimestampReader } from '../../timestamps';
import { readRequest, type RequestLine } from './access-request';
import { eventGroup, type Classification, type Origin } from '../classification';
import { addParties } from './access-parties';
import { addResponse, isEscaped } from './access-response';
import { urlOfTarget } from './http-fields';

const REQUEST_KINDS = {
  wellFormed: { action: 'http-request', category: ['web'], type: ['access'], severity: 10 },
  malformed: {
    action: 'http-malformed-request',
    category: ['web'],
    type: ['access', 'error'],
    severity: 50,
    outcome: 'failure',
  },
  none: { action: 'http-no-request', category: ['web'], type: ['access', 'info'], severity: 20 },
} as const satisfies Record<string, Classification>;

/** `event.action` of the access logs, all of them. */
export const ACCESS_ACTIONS: readonly string[] = Object.values(REQUEST_KINDS).map((kind) => kind.action);

const SPACE = 32;
const QUOTE = 34;
/** How far into a line its time begins at most: what stands before are names and addresses. */
const FARTHEST_TIME = 2048;
const OPENING = /\[\d{1,2}\/[A-Z][a-z]{2}\/\d{4}:\d\d:/;
const EXPECTED = 'an access line (common or combined log format)';

/**
 * The lines of an access log in the common or combined format of Apache httpd (`mod_log_config`) and nginx
 * (`ngx_http_log_module`):
 *
 *     [syslog header] [vhost[:port]] client ident user [day/Mon/year:h:m:s zone] "request" status bytes ["referer" "agent" ...]
 *
 * `-` stands for nothing. The user may hold spaces, the fields in quotes escape a quote as `\"` or `\x22`, or (old servers)
 * not at all. `ident` and `user` may be missing, what follows the agent is left out. Escapes are kept as logged.
 */
export class AccessLogReader implements LineReader {
  private readonly timestamps: TimestampReader;

  constructor(
    private readonly origin: Origin,
    private readonly context: ReadingContext,
  ) {
    this.timestamps = new TimestampReader(context);
  }

  get yearsInferred(): boolean {
    return this.timestamps.yearsInferred;
  }

  read(line: string): ReadOutcome {
    const open = openingOfTime(line);
    if (open < 0) return unrecognised(EXPECTED);
    const instant = this.timestamps.common(line, open + 1);
    if (!isShowable(instant)) return invalidTimestamp(line.slice(open, open + 30));
    const close = this.timestamps.end;
    if (line.charCodeAt(close) !== 93) return unrecognised(EXPECTED);
    const quote = line.charCodeAt(close + 1) === SPACE ? close + 2 : close + 1;
    if (line.charCodeAt(quote) !== QUOTE) return unrecognised(EXPECTED);
    const requestEnd = endOfRequest(line, quote + 1);
    if (requestEnd < 0) return unrecognised(EXPECTED);
    const request = readRequest(line.slice(quote + 1, requestEnd));
    const event = eventOf(this.origin, request, formatEventTime(instant));
    if (!this.addClient(event, line.slice(0, open).trimEnd())) return unrecognised(EXPECTED);
    addResponse(event, line, requestEnd + 1, request.malformed);
    return { event };
  }

  /** Reads what stands before the time. False when no client can be found there. */
  private addClient(event: NormalisedEvent, front: string): boolean {
    let parts = front;
    let host = this.context.host;
    if (parts.includes(': ')) {
      const envelope = readEnvelope(parts, this.timestamps);
      if (envelope.program !== undefined) {
        parts = envelope.message;
        host = envelope.host ?? host;
      }
    }
    if (host !== undefined) event.host = { name: host };
    return addParties(event, parts);
  }
}

/** The position of `[` before the time, -1 when there is none. */
function openingOfTime(line: string): number {
  const open = line.indexOf(' [');
  if (open >= 0 && open < FARTHEST_TIME && isOpening(line, open + 1)) return open + 1;
  return line.slice(0, FARTHEST_TIME).search(OPENING);
}

function isOpening(line: string, at: number): boolean {
  return line.charCodeAt(at + 3) === 47 ? line.charCodeAt(at + 7) === 47 : line.charCodeAt(at + 2) === 47;
}

/**
 * The quote that ends the request. A quote that is not escaped ends it only where the status follows, so that one
 * in a request of a server which does not escape them stays part of it.
 */
function endOfRequest(line: string, from: number): number {
  for (let at = line.indexOf('"', from); at >= 0; at = line.indexOf('"', at + 1)) {
    if (isEscaped(line, from, at)) continue;
    if (line.charCodeAt(at + 1) !== SPACE) continue;
    const next = line.charCodeAt(at + 2);
    if ((next >= 48 && next <= 57) || next === 45) return at;
  }
  return -1;
}

function eventOf(origin: Origin, request: RequestLine, time: string): NormalisedEvent {
  const kind = request.empty
    ? REQUEST_KINDS.none
    : request.malformed
      ? REQUEST_KINDS.malformed
      : REQUEST_KINDS.wellFormed;
  const event: NormalisedEvent = { '@timestamp': time, event: eventGroup(origin, kind) };
  if (request.target !== undefined) event.url = urlOfTarget(request.target, request.method);
  else if (request.malformed) event.url = { original: request.text.slice(0, TEXT_LIMITS.path) };
  if (request.method !== undefined) {
    event.http = { request: { method: request.method } };
    if (request.version !== undefined) event.http.version = request.version;
  }
  return event;
}

const ACCESS_TIME = String.raw`\[\d{1,2}/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d(?: [+-]\d{4})?\] "`;
/** At most a virtual host, the client, ident and a user of few words; or those behind the tag of a web server. */
const LIKELY = new RegExp(
  String.raw`^(?:[^\]"]{0,200}\b(?:nginx|httpd|apache2?)(?:\[\d{1,10}\])?: |\S{1,256} - - - )?(?:\S{1,256} ){1,6}${ACCESS_TIME}`,
);

/** True where the line has the parts of an access log in their places, up to the request. */
export function looksLikeAccess(line: string): boolean {
  return LIKELY.test(line.length > FARTHEST_TIME ? line.slice(0, FARTHEST_TIME) : line);
}
