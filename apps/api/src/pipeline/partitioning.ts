import type { NormalisedEvent } from '@watchfloor/contracts';
const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

/**
 * The partition of a key: FNV-1a, 32 bit, over its UTF-16 code units, with the finaliser of MurmurHash3 so that keys
 * which differ in their last characters only spread evenly. Fixed for ever: stored events lie where it put them.
 */
export function partitionOf(key: string, partitions: number): number {
  let hash = FNV_OFFSET;
  for (let at = 0; at < key.length; at++) hash = Math.imul(hash ^ key.charCodeAt(at), FNV_PRIME);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) % partitions;
}

/** What decides the partition of an event behind processing: its source, else its host, else its id. */
export function keyOf(event: NormalisedEvent): string {
  return event.source?.ip ?? event.host?.name ?? event.event.id ?? '';
}
