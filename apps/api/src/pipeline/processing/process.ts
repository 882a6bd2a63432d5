import { BatchPart } from '../batch/batch';
import { decodeBatch, type EncodedPart, encodeKept, encodeParts, type FoundPlaces } from '../batch-codec';
import type { Output } from '../commit-plan';
import { poisonLetter } from '../dead-letters/dead-letter';
import type { BatchMeta, DeadLetter } from '../entry';
import type { Segment, SegmentEntry } from '../segment';
import type { AddressPlace, Locate } from './address-place';

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

/** What a segment brings to one partition on one timeline. */
interface Handed {
  readonly parts: EncodedPart[];
  events: number;
}

interface Lane {
  readonly byPartition: readonly Handed[];
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
 * The processing stage: finds the places of the ends of all events, and hands each part of a batch to the partition of its
 * sources, where everything about one source meets. The records go on as they are; the places travel beside them.
 * @param decided obeyed where given: what the first attempt handed on is handed on again, enriched or not
 */
export function processSegment(
  segment: Segment,
  { locate, partitions, now }: { locate: Locate; partitions: number; now: number },
  decided: DecidedRows,
): Processed {
  const lanes = new Map<string, Lane>();
  const deadLetters: DeadLetter[] = [];
  for (const entry of segment.entries) {
    const lane = laneOf(lanes, segment, entry, partitions);
    let firstRow = 0;
    for (const part of decodeBatch(entry.body).parts) {
      const found = findPlaces(part, locate);
      const dead = judgeRows(part, { entry, firstRow, decided, faults: found.faults });
      deadLetters.push(...dead.values());
      const left = dead.size === 0 ? { part, found } : withoutRows(part, new Set(dead.keys()), locate);
      handOn(lane, left);
      firstRow += part.length;
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
    byPartition: Array.from({ length: partitions }, () => ({ parts: [], events: 0 })),
    at: meta.at,
    ingestedAt: meta.ingestedAt,
    highest: segment.watermarks.get(highestField(entry.timeline)) ?? -1,
  };
  lane.at = Math.min(lane.at, meta.at);
  lane.highest = Math.max(lane.highest, meta.highest);
  if (!existing) lanes.set(entry.timeline, lane);
  return lane;
}

/** The places of a part, and the addresses (by number of name) whose look-up failed. */
interface Found extends FoundPlaces {
  readonly faults: ReadonlyMap<number, unknown>;
}

/** Looks up each address of a part once, however many events name it. */
function findPlaces({ reader }: BatchPart, locate: Locate): Found {
  const { names, cells } = reader.records;
  const placeOf = new Uint16Array(names.length);
  const seen = new Uint8Array(names.length);
  const numbers = new Map<AddressPlace, number>();
  const faults = new Map<number, unknown>();
  const find = (name: number): void => {
    if (seen[name] === 1) return;
    seen[name] = 1;
    try {
      const place = locate(names[name] ?? '');
      if (place !== undefined) placeOf[name] = numberOf(place, numbers);
    } catch (error) {
      faults.set(name, error);
    }
  };
  reader.eachRow((_row, { sourceCell, targetCell }, firstCell) => {
    if (sourceCell >= 0) find(cells[firstCell + sourceCell] ?? 0);
    if (targetCell >= 0) find(cells[firstCell + targetCell] ?? 0);
  });
  return { placeOf, places: [...numbers.keys()], faults };
}

function numberOf(place: AddressPlace, numbers: Map<AddressPlace, number>): number {
  const known = numbers.get(place);
  if (known !== undefined) return known;
  numbers.set(place, numbers.size + 1);
  return numbers.size;
}

/** The rows of a part that go no further, with why. */
function judgeRows(
  part: BatchPart,
  judging: {
    readonly entry: SegmentEntry;
    readonly firstRow: number;
    readonly decided: DecidedRows;
    readonly faults: ReadonlyMap<number, unknown>;
  },
): Map<number, DeadLetter> {
  const { entry, firstRow, decided, faults } = judging;
  const dead = new Map<number, DeadLetter>();
  if (decided === undefined && faults.size === 0) return dead;
  const { cells } = part.reader.records;
  part.reader.eachRow((row, { sourceCell, targetCell }, firstCell) => {
    const place = firstRow + row;
    const fault = [sourceCell, targetCell].find(
      (cell) => cell >= 0 && faults.has(cells[firstCell + cell] ?? 0),
    );
    const failed = decided ? decided.has(rowName({ entry: entry.id, row: place })) : fault !== undefined;
    if (!failed) return;
    const error = decided
      ? new Error('decided by an earlier attempt')
      : faults.get(cells[firstCell + (fault ?? 0)] ?? 0);
    dead.set(row, poisonLetter(part.event(row), entry, place, error));
  });
  return dead;
}

function handOn(
  lane: Lane,
  { part, found }: { readonly part: BatchPart; readonly found: FoundPlaces },
): void {
  const handed = lane.byPartition[part.partition];
  if (handed === undefined) throw new RangeError('partition out of range');
  if (part.length === 0) return;
  handed.events += part.length;
  const { placeOf, places } = found;
  handed.parts.push({ partition: part.partition, records: part.bytes, found: { placeOf, places } });
}

/** A part without some of its rows. */
function withoutRows(
  part: BatchPart,
  dead: ReadonlySet<number>,
  locate: Locate,
): { part: BatchPart; found: FoundPlaces } {
  const { partition, records } = encodeKept(part, (row) => !dead.has(row));
  const left = new BatchPart(partition, records, undefined);
  return { part: left, found: findPlaces(left, locate) };
}

function outputsFor(partition: number, segment: Segment, lanes: Map<string, Lane>, now: number): Output[] {
  return [...lanes].map(([timeline, lane]) => {
    const { parts, events } = lane.byPartition[partition] ?? { parts: [], events: 0 };
    const meta: BatchMeta = {
      at: lane.at,
      ingestedAt: lane.ingestedAt,
      processedAt: now,
      from: segment.order.partition,
      highest: lane.highest,
    };
    return {
      timeline,
      events,
      meta,
      body: events > 0 ? encodeParts(parts) : Buffer.alloc(0),
    };
  });
}
