import type { NormalisedEvent } from '@watchfloor/contracts';
import { TimelineModel } from '../../gateway/read-model';
import { aggregate } from '../../pipeline/aggregation/aggregate';
import { encodeChange } from '../../pipeline/aggregation/change';
import { CountedColumns } from '../../pipeline/aggregation/counted-columns';
import { createFacetWords } from '../../pipeline/aggregation/facet-words';
import { encodeTally } from '../../pipeline/aggregation/tally-codec';
import { gatherGains, TimelineFold } from '../../pipeline/aggregation/timeline-fold';
import { encodeBatch } from '../../pipeline/batch-codec';
import type { Segment } from '../../pipeline/segment';
import { MixedWindows } from './window-mix';

/** Events of a segment, as many as a work order of a log has that is replayed as fast as it goes. */
const events = 2_000;
/** Windows of the timeline that a gateway follows. */
const windows = 20_000;
const passes = 9;
const begin = Date.parse('2026-01-05T10:00:00Z');

/** What the same events cost where they lie close together, and where each has a second of its own. */
export function measureSpread(say: (line: string) => void): void {
  for (const [name, apartMs] of [
    ['close together', 1],
    ['each in a second of its own', 7_000],
  ] as const) {
    const segment = segmentOf(apartMs);
    const used = Array.from({ length: passes }, () => spentOn(() => changeOf(segment)));
    say(`a segment of ${events} events, ${name}: ${median(used)}`);
  }
  const gains = sparseGains();
  say(`fold of ${windows} windows of one event: ${spentOn(() => fold(gains))}`);
  say(`gateway, ${windows} windows of one event: ${spentOn(() => follow(gains))}`);
}

function segmentOf(apartMs: number): Segment {
  const times = Array.from({ length: events }, (_, i) => begin + i * apartMs);
  const body = encodeBatch({ times, events: times.map(loginAt) });
  const meta = { at: begin, ingestedAt: begin, from: 0, highest: times.at(-1) ?? begin };
  return {
    order: { stage: 'aggregation', partition: 0, base: '0-0', to: '1-0' },
    entries: [{ id: '1-0', events, timeline: 'replay', meta: JSON.stringify(meta), body }],
    watermarks: new Map(),
    channels: new Map(),
  };
}

function loginAt(time: number, i: number): NormalisedEvent {
  return {
    '@timestamp': new Date(time).toISOString(),
    event: {
      id: `e-${i}`,
      kind: 'event',
      category: ['authentication'],
      type: ['start'],
      outcome: 'failure',
      severity: 50,
      dataset: 'openssh',
      module: 'openssh',
    },
    source: { ip: `198.18.${(i * 7) % 200}.${i % 250}` },
    host: { name: `gate-${i % 4}` },
    user: { name: `user${i % 300}` },
  };
}

function changeOf(segment: Segment): unknown {
  const columns = new CountedColumns(createFacetWords(), () => ({ lat: 50.1, lon: 8.7 }));
  const upstream = { pending: () => false };
  const { change } = aggregate(segment, { partitions: 8, upstream, columns });
  return [change, encodeChange(change)];
}

type Gains = ReadonlyMap<number, Uint8Array>;

function sparseGains(): Gains {
  const mixed = new MixedWindows({ events: 1, sources: 2_000 }, 11);
  return new Map(Array.from({ length: windows }, (_, i) => [begin + i * 7_000, encodeTally(mixed.window())]));
}

function fold(gains: Gains): unknown {
  const watermark = begin + windows * 7_000;
  const change = { timeline: 'replay', watermark, future: 0, windows: gains, rows: [] };
  return gatherGains([{ timelines: [change] }], watermark).map((gained) => [
    ...new TimelineFold(gained, [], 50_000).finish((_, tally) => encodeTally(tally)),
  ]);
}

function follow(gains: Gains): TimelineModel {
  const model = new TimelineModel('replay', 50_000);
  for (const [start, gained] of gains) model.gain(start, gained, 0);
  return model;
}

/** CPU and memory of some work; memory with what it leaves behind still held. */
class Spent {
  constructor(
    readonly ms: number,
    readonly mb: number,
  ) {}

  toString(): string {
    return `${this.ms.toFixed(1)} ms, ${this.mb.toFixed(1)} MB`;
  }
}

function spentOn(work: () => unknown): Spent {
  global.gc?.();
  const before = heldBytes();
  const began = process.cpuUsage();
  const left = work();
  const { user, system } = process.cpuUsage(began);
  const ms = (user + system) / 1_000;
  global.gc?.();
  const mb = (heldBytes() - before) / 2 ** 20;
  return left === null ? new Spent(0, 0) : new Spent(ms, mb);
}

function heldBytes(): number {
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

function median(all: readonly Spent[]): Spent {
  return [...all].sort((a, b) => a.ms - b.ms)[all.length >> 1] ?? new Spent(0, 0);
}
