import type { NormalisedEvent } from '@watchfloor/contracts';
import { fnv1a, mix } from './hash';

/**
 * The partition of a key: FNV-1a, 32 bit, over its UTF-16 code units, with the finaliser of MurmurHash3 so that keys
 * which differ in their last characters only spread evenly. Fixed for ever: stored events lie where it put them.
 */
export function partitionOf(key: string, partitions: number): number {
  return mix(fnv1a(key)) % partitions;
}

/** What decides the partition of an event behind processing: its source, else its host, else its id. */
export function keyOf(event: NormalisedEvent): string {
  return event.source?.ip ?? event.host?.name ?? event.event.id ?? '';
}
