const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

/** FNV-1a, 32 bit (Fowler, Noll, Vo), over UTF-16 code units, from a given start. */
export function fnv1a(text: string, start = FNV_OFFSET): number {
  let hash = start;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), FNV_PRIME);
  return hash >>> 0;
}

/** The finaliser of MurmurHash3: spreads what differs in few bits over all 32. */
export function mix(value: number): number {
  let hash = value;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/**
 * 32 bits from bytes, by FNV-1a with the finaliser, which spreads the low bits that tables use.
 * The same bytes and seed give the same number in every process: sketches of several processes are merged.
 */
export function hashBytes(bytes: Uint8Array, from: number, to: number, seed: number): number {
  let hash = FNV_OFFSET ^ seed;
  for (let i = from; i < to; i++) hash = Math.imul(hash ^ (bytes[i] as number), FNV_PRIME);
  return mix(hash);
}

/** 32 bits from a number below 2^32 and a seed. */
export function hashNumber(value: number, seed: number): number {
  return mix(value ^ Math.imul(seed, 0x9e3779b1));
}
