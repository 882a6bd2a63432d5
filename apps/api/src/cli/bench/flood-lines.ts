/** How many different sources, users and paths the flood has. */
const FLOOD_KEYS = 1_000_000;

/** Steps that are prime to the number of keys: each kind of key goes through all of them in an order of its own. */
export const sourceStep = 611_953;
export const userStep = 224_737;
const pathStep = 350_377;

/** The first addresses lie in 198.18.0.0/15, the others in 2001:db8::/32. */
const ipv4Sources = 131_072;

/** Access log lines `from` to `from + count` of a flood: nearly every one has a source, a user and a path of its own. */
export function floodLines(from: number, count: number, now: number): string {
  const date = new Date(now);
  const month = date.toLocaleString('en-GB', { month: 'short', timeZone: 'UTC' }).slice(0, 3);
  const [day = '', time = ''] = date.toISOString().slice(0, 19).split('T');
  const at = `${day.slice(8)}/${month}/${day.slice(0, 4)}:${time} +0000`;
  const lines: string[] = [];
  for (let i = from; i < from + count; i++) {
    const user = `user-${keyOf(i, userStep)}`;
    const path = `/page/${keyOf(i, pathStep)}`;
    lines.push(
      `${sourceOf(keyOf(i, sourceStep))} - ${user} [${at}] "GET ${path} HTTP/1.1" 401 153 "-" "flood"`,
    );
  }
  return lines.join('\n');
}

/** The key of a line, below a million. Exact: the product stays below 2^53 for a thousand million lines. */
export function keyOf(line: number, step: number): number {
  return (line * step) % FLOOD_KEYS;
}

function sourceOf(number: number): string {
  if (number < ipv4Sources) return `198.${18 + (number >> 16)}.${(number >> 8) & 255}.${number & 255}`;
  return `2001:db8::${(number >> 16).toString(16)}:${(number & 0xffff).toString(16)}`;
}
