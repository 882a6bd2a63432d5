import { partitionOf } from '../pipeline/partitioning';
import { LIVE_TIMELINE } from '../pipeline/topology';
import type { IdentifiedEvent } from './judge-events';

/** The events of a batch that belong to one partition, in the order of the batch. */
export interface EventPart {
  readonly partition: number;
  readonly events: readonly IdentifiedEvent[];
}

/** Splits a batch by the partitions of its event ids. */
export function splitEvents(events: readonly IdentifiedEvent[], partitions: number): EventPart[] {
  const parts = new Map<number, IdentifiedEvent[]>();
  for (const event of events) {
    const partition = partitionOf(event.event.id, partitions);
    const part = parts.get(partition);
    if (part) part.push(event);
    else parts.set(partition, [event]);
  }
  return [...parts].map(([partition, own]) => ({ partition, events: own }));
}

/**
 * What stands for an event in the dedupe window. Each timeline has its own: the same log may be replayed beside the live
 * stream. No id holds a `/`.
 */
export function dedupeMember(event: IdentifiedEvent, timeline: string): string {
  const { id } = event.event;
  return timeline === LIVE_TIMELINE ? id : `${timeline}/${id}`;
}
