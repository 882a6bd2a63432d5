import {
  compareEntryIds,
  type EntryId,
  type Ledger,
  type Stage,
  type StageLedger,
} from '@watchfloor/contracts';
import { stageCounters } from './stage-counters';

/** Counters of one partition, by name. */
export type Counters = ReadonlyMap<string, number>;

/** One partition as its first script saw it: behind the channels. */
export interface Downstream {
  /** Events in keyed entries behind the aggregation cursor. */
  readonly pending: number;
  readonly counters: Counters;
  /** The receiving end of the channels, by the partition they come from. */
  readonly channels: readonly ChannelEnd[];
}

/** What a partition has of one channel. */
export interface ChannelEnd {
  /** Events received in all. */
  readonly received: number;
  /** Last entry of the sender's normalised stream that it has. */
  readonly cursor: EntryId;
}

/** One partition as its second script saw it: before the channels. */
export interface UpstreamCounts {
  readonly pendingIngest: number;
  readonly pendingProcessing: number;
  readonly counters: Counters;
  /** The cursor of processing. */
  readonly cursor: EntryId;
}

/**
 * The ledger from one cut through all partitions, `downstream` of every partition read before any `upstream`.
 *
 * Counters live in many slots and cannot be read at one instant. They need not be: each partition's part is atomic, and
 * what crosses partitions is counted at both ends of its channel. An event that the receiving end has and the sending
 * end has not yet committed lies in both partitions' entries and is taken off once; one that was committed after its
 * receiver was read is in neither and is added. So the sums close for every cut, under any load.
 */
export function balance(
  downstream: readonly Downstream[],
  upstream: readonly UpstreamCounts[],
  revision: number,
): Ledger {
  const before = sum(upstream.map(({ counters }) => counters));
  const behind = sum(downstream.map(({ counters }) => counters));
  const handedOn = handedBeyondCommit(downstream, upstream);
  const stages: StageLedger[] = [
    stageLedger('ingest', before, total(upstream.map((one) => one.pendingIngest))),
    stageLedger('processing', before, total(upstream.map((one) => one.pendingProcessing)) - handedOn),
    stageLedger('aggregation', behind, total(downstream.map((one) => one.pending))),
  ];
  const edge = edgeLedger(before);
  const deadLettered = total(stages.map((stage) => stage.deadLettered));
  const inFlight = total(stages.map((stage) => stage.pending));
  const aggregated = behind.get(stageCounters.out('aggregation')) ?? 0;
  return {
    revision,
    balanced:
      edge.received === edge.accepted + edge.duplicates + edge.rejected.total &&
      edge.accepted === aggregated + deadLettered + inFlight &&
      channelsClose(downstream, upstream) &&
      stages.every(
        ({ stage, pending }) => pending >= 0 && inputCloses(stage, before, behind, pending, handedOn),
      ),
    edge,
    stages,
    aggregated,
    late: behind.get(stageCounters.late) ?? 0,
    future: behind.get(stageCounters.future) ?? 0,
    deadLettered,
    inFlight,
  };
}

/** Events in flight twice (positive) or nowhere (negative), because two ends of a channel were read apart. */
function handedBeyondCommit(downstream: readonly Downstream[], upstream: readonly UpstreamCounts[]): number {
  let beyond = 0;
  for (const { received, handed } of channels(downstream, upstream)) beyond += received - handed;
  return beyond;
}

/**
 * Whether the two ends of every channel agree as far as their cursors do: a receiver that has everything the sender
 * committed has exactly that many events, one that is ahead has at least as many, one that was read earlier at most.
 */
function channelsClose(downstream: readonly Downstream[], upstream: readonly UpstreamCounts[]): boolean {
  for (const { received, handed, ahead } of channels(downstream, upstream)) {
    if (ahead === 0 ? received !== handed : ahead > 0 ? received < handed : received > handed) return false;
  }
  return true;
}

function* channels(
  downstream: readonly Downstream[],
  upstream: readonly UpstreamCounts[],
): Generator<{ received: number; handed: number; ahead: number }> {
  for (const [from, { counters, cursor }] of upstream.entries()) {
    for (const [to, { channels: ends }] of downstream.entries()) {
      const end = ends[from] ?? { received: 0, cursor: '0-0' };
      const handed = counters.get(stageCounters.handed(to)) ?? 0;
      yield { received: end.received, handed, ahead: compareEntryIds(end.cursor, cursor) };
    }
  }
}

/** Whether what a stage was given is what it took plus what waits, and what it took came out again. */
function inputCloses(
  stage: Stage,
  before: Counters,
  behind: Counters,
  pending: number,
  handedOn: number,
): boolean {
  const given: Record<Stage, () => number> = {
    ingest: () => before.get('edge.accepted') ?? 0,
    processing: () => (before.get(stageCounters.out('ingest')) ?? 0) - handedOn,
    aggregation: () => (before.get(stageCounters.out('processing')) ?? 0) + handedOn,
  };
  const counters = stage === 'aggregation' ? behind : before;
  const taken = counters.get(stageCounters.in(stage)) ?? 0;
  const out = counters.get(stageCounters.out(stage)) ?? 0;
  const dead = counters.get(stageCounters.dead(stage)) ?? 0;
  const redriven = counters.get(stageCounters.redriven(stage)) ?? 0;
  return given[stage]() + redriven === taken + pending && taken === out + dead;
}

function stageLedger(stage: Stage, counters: Counters, pending: number): StageLedger {
  const redriven = counters.get(stageCounters.redriven(stage)) ?? 0;
  const byReason = prefixed(counters, stageCounters.deadFor(stage, ''));
  for (const [reason, count] of Object.entries(prefixed(counters, stageCounters.redrivenFor(stage, '')))) {
    byReason[reason] = (byReason[reason] ?? 0) - count;
  }
  return {
    stage,
    in: counters.get(stageCounters.in(stage)) ?? 0,
    out: counters.get(stageCounters.out(stage)) ?? 0,
    deadLettered: (counters.get(stageCounters.dead(stage)) ?? 0) - redriven,
    byReason,
    pending,
  };
}

function edgeLedger(counters: Counters): Ledger['edge'] {
  return {
    received: counters.get('edge.received') ?? 0,
    accepted: counters.get('edge.accepted') ?? 0,
    duplicates: counters.get('edge.duplicates') ?? 0,
    rejected: { total: counters.get('edge.rejected') ?? 0, byReason: prefixed(counters, 'edge.rejected:') },
    requestsRefused: {
      total: counters.get('edge.refused') ?? 0,
      byReason: prefixed(counters, 'edge.refused:'),
    },
  };
}

function prefixed(counters: Counters, prefix: string): Record<string, number> {
  const found: Record<string, number> = {};
  for (const [name, count] of counters) {
    if (name.startsWith(prefix)) found[name.slice(prefix.length)] = count;
  }
  return found;
}

function sum(all: readonly Counters[]): Map<string, number> {
  const summed = new Map<string, number>();
  for (const counters of all) {
    for (const [name, count] of counters) summed.set(name, (summed.get(name) ?? 0) + count);
  }
  return summed;
}

function total(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0);
}
