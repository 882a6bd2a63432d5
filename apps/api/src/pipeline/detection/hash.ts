/** FNV-1a, 32 bit (Fowler, Noll, Vo), over UTF-16 units, from a given start. */
function fnv1a(text: string, start: number): number {
  let hash = start;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash >>> 0;
}

/** A short, stable name for a text: two differently started FNV-1a hashes, 16 hexadecimal digits. Not for secrets. */
export function shortHash(text: string): string {
  const high = fnv1a(text, 0x811c9dc5);
  const low = fnv1a(text, 0x9747b28c ^ high);
  return high.toString(16).padStart(8, '0') + low.toString(16).padStart(8, '0');
}

/** A text of bounded length that stands for `value` where only equality matters: long values by their hash. */
export function token(value: string): string {
  return value.length <= 40 ? value : `#${shortHash(value)}`;
}
