import type { NormalisedEvent } from '@watchfloor/contracts';
import { decodeBatch, encodeBatch } from '../batch-codec';
import type { Output } from '../commit-plan';
import { poisonLetter } from '../dead-letters/dead-letter';
import type { Batch, BatchMeta, DeadLetter } from '../entry';
import { keyOf, partitionOf } from '../partitioning';
import type { Segment, SegmentEntry } from '../segment';

/** Adds what is known about an event's ends, in place. */
export type Enrich = (event: NormalisedEvent) => void;

/** What processing makes of a segment. */
export interface Processed {
  /** For each partition, one output a timeline of the segment: empty ones too, they carry the highest event time. */
  readonly channels: readonly (readonly Output[])[];
  /** Highest event time this partition has handed on, by timeline. */
  readonly highest: ReadonlyMap<string, number>;
  readonly deadLetters: readonly DeadLetter[];
}

/** Field of the watermarks hash: the highest event time that a partition's channels have carried on a timeline. */
export function highestField(timeline: string): string {
  return `h:${timeline}`;
}

interface Growing {
  times: number[];
  events: NormalisedEvent[];
  future: number[];
}

interface Lane {
  readonly byPartition: Growing[];
  at: number;
  ingestedAt: number;
  highest: number;
}

/** Rows that an earlier attempt decided to be dead letters, as `entry/row`. Undefined: this attempt decides. */
export type DecidedRows = ReadonlySet<string> | undefined;

/** The name of one row in a decision. */
export function rowName(letter: Pick<DeadLetter, 'entry' | 'row'>): string {
  return `${letter.entry}/${letter.row}`;
}

/**
 * The processing stage: enriches each event and puts it into the partition of its source, where everything about one
 * source meets. An event without a source goes by its host, then by its id.
 * @param decided obeyed where given: what the first attempt handed on is handed on again, enriched or not
 */
export function processSegment(
  segment: Segment,
  { enrich, partitions, now }: { enrich: Enrich; partitions: number; now: number },
  decided: DecidedRows,
): Processed {
  const lanes = new Map<string, Lane>();
  const deadLetters: DeadLetter[] = [];
  for (const entry of segment.entries) {
    const lane = laneOf(lanes, segment, entry, partitions);
    const batch = decodeBatch(entry.body);
    const future = batch.future ? new Set(batch.future) : undefined;
    for (let row = 0; row < batch.events.length; row++) {
      const event = batch.events[row];
      if (event === undefined) continue;
      const letter = enrichOrReject(event, enrich, entry, row, decided);
      if (letter) deadLetters.push(letter);
      else hand(lane, event, batch.times[row] ?? 0, future?.has(row) ?? false);
    }
  }
  return {
    channels: Array.from({ length: partitions }, (_, q) => outputsFor(q, segment, lanes, now)),
    highest: new Map([...lanes].map(([timeline, lane]) => [timeline, lane.highest])),
    deadLetters,
  };
}

function laneOf(lanes: Map<string, Lane>, segment: Segment, entry: SegmentEntry, partitions: number): Lane {
  const meta = JSON.parse(entry.meta) as BatchMeta;
  const existing = lanes.get(entry.timeline);
  const lane = existing ?? {
    byPartition: Array.from({ length: partitions }, () => ({ times: [], events: [], future: [] })),
    at: meta.at,
    ingestedAt: meta.ingestedAt,
    highest: segment.watermarks.get(highestField(entry.timeline)) ?? -1,
  };
  lane.at = Math.min(lane.at, meta.at);
  lane.highest = Math.max(lane.highest, meta.highest);
  if (!existing) lanes.set(entry.timeline, lane);
  return lane;
}

function enrichOrReject(
  event: NormalisedEvent,
  enrich: Enrich,
  entry: SegmentEntry,
  row: number,
  decided: DecidedRows,
): DeadLetter | undefined {
  if (decided?.has(rowName({ entry: entry.id, row }))) {
    return poisonLetter(event, entry, row, new Error('decided by an earlier attempt'));
  }
  try {
    enrich(event);
    return undefined;
  } catch (error) {
    if (decided) return undefined;
    return poisonLetter(event, entry, row, error);
  }
}

function hand(lane: Lane, event: NormalisedEvent, time: number, future: boolean): void {
  const growing = lane.byPartition[partitionOf(keyOf(event), lane.byPartition.length)];
  if (growing === undefined) throw new RangeError('partition out of range');
  if (future) growing.future.push(growing.events.length);
  growing.times.push(time);
  growing.events.push(event);
}

function outputsFor(partition: number, segment: Segment, lanes: Map<string, Lane>, now: number): Output[] {
  return [...lanes].map(([timeline, lane]) => {
    const { times, events, future } = lane.byPartition[partition] ?? { times: [], events: [], future: [] };
    const body: Batch = future.length > 0 ? { times, events, future } : { times, events };
    const meta: BatchMeta = {
      at: lane.at,
      ingestedAt: lane.ingestedAt,
      processedAt: now,
      from: segment.order.partition,
      highest: lane.highest,
    };
    return {
      timeline,
      events: events.length,
      meta,
      body: events.length > 0 ? encodeBatch(body) : Buffer.alloc(0),
    };
  });
}
