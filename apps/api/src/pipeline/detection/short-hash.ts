import { fnv1a } from '../hash';

/** A short, stable name for a text: two differently started FNV-1a hashes, 16 hexadecimal digits. Not for secrets. */
export function shortHash(text: string): string {
  const high = fnv1a(text);
  const low = fnv1a(text, 0x9747b28c ^ high);
  return high.toString(16).padStart(8, '0') + low.toString(16).padStart(8, '0');
}

/** A text of bounded length that stands for `value` where only equality matters: long values by their hash. */
export function token(value: string): string {
  return value.length <= 40 ? value : `#${shortHash(value)}`;
}
