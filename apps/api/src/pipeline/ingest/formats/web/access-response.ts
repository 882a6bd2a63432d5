import { TEXT_LIMITS, type NormalisedEvent } from '@watchfloor/contracts';
import { outcomeOfStatus, severityOfStatus } from './http-fields';

const SPACE = 32;
const QUOTE = 34;
const BACKSLASH = 92;

/** True after an odd number of backslashes: `\\"` is an escaped backslash and an end. Runs of them are disjoint: linear. */
export function isEscaped(line: string, from: number, at: number): boolean {
  let first = at;
  while (first > from && line.charCodeAt(first - 1) === BACKSLASH) first--;
  return (at - first) % 2 === 1;
}

/** Status, size, referrer and agent, as far as the line goes. */
export function addResponse(event: NormalisedEvent, line: string, at: number, malformed: boolean): void {
  const status = numberAt(line, at + 1);
  const sizeAt = line.indexOf(' ', at + 1);
  if (status >= 100 && status <= 999) {
    event.http ??= {};
    event.http.response = { status_code: status };
    event.event.outcome = outcomeOfStatus(status);
    if (!malformed) event.event.severity = severityOfStatus(status);
  }
  if (sizeAt < 0) return;
  const bytes = numberAt(line, sizeAt + 1);
  if (bytes >= 0 && Number.isSafeInteger(bytes)) {
    event.http ??= {};
    event.http.response ??= {};
    event.http.response.body = { bytes };
  }
  const referrerAt = line.indexOf(' "', sizeAt + 1);
  if (referrerAt < 0) return;
  const referrerEnd = endOfQuoted(line, referrerAt + 2);
  addReferrer(event, line.slice(referrerAt + 2, referrerEnd));
  if (line.charCodeAt(referrerEnd + 1) !== SPACE || line.charCodeAt(referrerEnd + 2) !== QUOTE) return;
  const agent = line.slice(referrerEnd + 3, endOfQuoted(line, referrerEnd + 3));
  if (agent !== '' && agent !== '-') event.user_agent = { original: agent.slice(0, TEXT_LIMITS.path) };
}

function addReferrer(event: NormalisedEvent, referrer: string): void {
  if (referrer === '' || referrer === '-') return;
  event.http ??= {};
  event.http.request ??= {};
  event.http.request.referrer = referrer.slice(0, TEXT_LIMITS.path);
}

/** The quote that ends a field, or the end of a line that was cut off inside it. */
function endOfQuoted(line: string, from: number): number {
  for (let at = line.indexOf('"', from); at >= 0; at = line.indexOf('"', at + 1)) {
    if (!isEscaped(line, from, at)) return at;
  }
  return line.length;
}

/** The decimal number at a position, -1 when there is none. */
function numberAt(line: string, at: number): number {
  let value = 0;
  let next = at;
  for (let digit = line.charCodeAt(next) - 48; digit >= 0 && digit <= 9; digit = line.charCodeAt(next) - 48) {
    value = value * 10 + digit;
    next++;
  }
  return next === at ? -1 : value;
}
