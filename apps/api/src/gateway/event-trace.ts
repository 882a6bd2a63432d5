import type { DeadLetterRow, EventTrace, NormalisedEvent, TraceStep } from '@watchfloor/contracts';
import { windowStart } from '@watchfloor/windowing';
import type { BatchMeta, RawMeta } from '../pipeline/entry';
import type { ListedEntry } from '../pipeline/list-page';

/** The finest tumbling window, in ms. */
const WINDOW_MS = 1_000;

/** An event in a normalised or keyed entry. */
export interface Found {
  readonly entry: ListedEntry;
  readonly event: NormalisedEvent;
  /** Event time in ms since the epoch. */
  readonly time: number;
  /** Ahead of its arrival by so much that it counts in no window. */
  readonly future: boolean;
}

/** The way of an event that the edge has stored and ingest has not read. */
export function traceOfRaw(
  id: string,
  { partition, values: [, timeline = ''] }: ListedEntry,
  { at }: RawMeta,
): EventTrace {
  return { id, timeline, state: 'ingest', steps: [step('received', at, partition)], window: null };
}

/**
 * The way of an event in a batch.
 * @param committedAt ms since the epoch; undefined before the commit and when its time is no longer kept
 */
export function traceOfBatch(
  id: string,
  { entry, event, time, future }: Found,
  state: 'processing' | 'aggregation' | 'aggregated',
  committedAt?: number,
): EventTrace {
  const [, timeline = '', meta = '{}'] = entry.values;
  return {
    id,
    timeline,
    state,
    steps: [
      ...stepsOf(JSON.parse(meta) as BatchMeta, entry, state),
      ...(state === 'aggregated' ? [step('aggregated', committedAt, entry.partition)] : []),
    ],
    window: future ? null : iso(windowStart(time, WINDOW_MS)),
    event,
  };
}

function stepsOf(meta: BatchMeta, { partition, id }: ListedEntry, state: EventTrace['state']): TraceStep[] {
  const from = state === 'processing' ? partition : meta.from;
  const first = [step('received', meta.at, from), step('ingested', meta.ingestedAt, from)];
  if (state === 'processing') return first;
  const keyedAt = Number(id.slice(0, id.indexOf('-')));
  return [...first, step('processed', meta.processedAt, from), step('keyed', keyedAt, partition)];
}

/** The way of an event that went no further. */
export function traceOfDeadLetter(id: string, letter: DeadLetterRow): EventTrace {
  const partition = Number(letter.id.split('-', 1)[0]);
  return {
    id,
    timeline: letter.timeline,
    state: 'dead-lettered',
    steps: [
      { step: 'received', time: letter.received, partition: null },
      { step: 'dead-lettered', time: letter.time, partition },
    ],
    window: null,
    deadLetter: letter,
  };
}

function step(name: TraceStep['step'], at: number | undefined, partition: number | undefined): TraceStep {
  return { step: name, time: at === undefined ? null : iso(at), partition: partition ?? null };
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
