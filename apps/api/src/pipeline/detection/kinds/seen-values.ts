import { token } from '../short-hash';
import { ownText } from '../own-text';

/**
 * The values seen, the oldest first, with that of a field; put them in the place of those given. Undefined when it is there already
 * or the event has none. Beyond `limit` the oldest is forgotten.
 */
export function withValue(seen: string[] | null, value: unknown, limit: number): string[] | undefined {
  if (value === undefined) return undefined;
  const text = token(String(value));
  if (seen === null) return [ownText(text)];
  if (seen.includes(text)) return undefined;
  if (seen.length >= limit) seen.shift();
  seen.push(ownText(text));
  return seen;
}
