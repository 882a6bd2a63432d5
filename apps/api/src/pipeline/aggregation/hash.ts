/**
 * 32 bits from bytes, by FNV-1a with the finaliser of MurmurHash3, which spreads the low bits that tables use.
 * The same bytes and seed give the same number in every process: sketches of several processes are merged.
 */
export function hashBytes(bytes: Uint8Array, from: number, to: number, seed: number): number {
  let hash = 0x811c9dc5 ^ seed;
  for (let i = from; i < to; i++) hash = Math.imul(hash ^ (bytes[i] as number), 0x01000193);
  return mix(hash);
}

/** 32 bits from a number below 2^32 and a seed. */
export function hashNumber(value: number, seed: number): number {
  return mix(value ^ Math.imul(seed, 0x9e3779b1));
}

function mix(value: number): number {
  let hash = value;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
