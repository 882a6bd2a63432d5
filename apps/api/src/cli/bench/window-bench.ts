import { setImmediate as immediate } from 'node:timers/promises';
import { SNAPSHOT_WINDOWS, type SnapshotWindow, WINDOW_STEPS } from '@watchfloor/contracts';
import { FacetWords } from '../../gateway/facet-words';
import type { EventFilter } from '../../gateway/event-filter';
import { LiveFrames } from '../../gateway/live-frames';
import { ReadModel, type TimelineModel } from '../../gateway/read-model';
import { buildSnapshot } from '../../gateway/snapshot-builder';
import type { Change } from '../../pipeline/aggregation/change';
import { type StoredWindow } from '../../pipeline/aggregation/stored-windows';
import { type EncodedTally, encodeTally } from '../../pipeline/aggregation/tally-codec';
import { gatherGains, TimelineFold } from '../../pipeline/aggregation/timeline-fold';
import { STEPS } from '../../pipeline/aggregation/window-book';
import { readWindow, writeWindow } from '../../pipeline/aggregation/window.store';
import { floodWindow } from './window-flood';
import { spreadOf } from './time-spread';
import { MixedWindows } from './window-mix';
import { measureSpread } from './window-spread';

/**
 * `npm run bench:windows [-- EVENTS_PER_SECOND]`: what windows cost without Redis and HTTP. CPU of the gateway and of the fold for each
 * event; frames while a flood brings nothing but new keys; events that each have a second of their own; then every snapshot and timeline at full retention, with the memory that
 * takes. Figures go to standard output.
 */
const rate = Number(process.argv[2] ?? 2_000);
const partitions = 8;
const trackedKeys = 50_000;
const loadRate = 40_000;
const loadSeconds = 20;
const sources = 5_000;
const floodSeconds = 130;
/** Different windows of each step; they are placed again and again. */
const patterns = 12;

const say = (line: string): void => void process.stdout.write(`${line}\n`);

function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

function rssMb(): number {
  global.gc?.();
  return Math.round(process.memoryUsage().rss / 2 ** 20);
}

/** What one second at `loadRate` commits: for each partition two changes. */
function changesOf(
  second: number,
  windows: readonly MixedWindows[],
): [partition: number, Change<EncodedTally>][] {
  const events = loadRate / partitions / 2;
  return Array.from({ length: partitions * 2 }, (_, i) => {
    const partition = i % partitions;
    const tally = (windows[partition] as MixedWindows).window(events);
    const timeline = {
      timeline: 'live',
      watermark: second * 1_000 - 5_000,
      future: 0,
      windows: new Map([[second * 1_000, encodeTally(tally)]]),
      rows: [],
    };
    return [partition, { timelines: [timeline] }];
  });
}

function prepared(from: number): [partition: number, Change<EncodedTally>][][] {
  const windows = Array.from(
    { length: partitions },
    (_, partition) => new MixedWindows({ events: 0, sources: sources / partitions }, partition + 1),
  );
  return Array.from({ length: loadSeconds }, (_, i) => changesOf(from + i, windows));
}

function measureGateway(seconds: readonly [number, Change<EncodedTally>][][], from: number): void {
  const model = new ReadModel(partitions, trackedKeys);
  const timeline = model.open('live');
  const frames = new LiveFrames('epoch', 'model');
  const spent = { apply: 0, settle: 0, frame: 0 };
  const timed = (part: keyof typeof spent, work: () => void): void => {
    const before = cpuMs();
    work();
    spent[part] += cpuMs() - before;
  };
  seconds.forEach((changes, i) => {
    const second = (from + i) * 1_000;
    for (let tick = 0; tick < 10; tick++) {
      const now = second + tick * 100;
      const due = changes.slice((tick * changes.length) / 10, ((tick + 1) * changes.length) / 10);
      timed('apply', () => {
        for (const [partition, change] of due) model.apply(partition, change, now);
      });
      timed('settle', () => timeline.settle(now));
      if (tick % 2 === 1) timed('frame', () => void frames.next(frameOf(model, timeline, '5m', now)));
    }
    if (i % 10 === 9) timed('settle', () => timeline.prune(second));
  });
  const events = loadRate * seconds.length;
  const each = (ms: number): string => ((ms * 1_000) / events).toFixed(2);
  say(
    `gateway at ${loadRate}/s: ${each(spent.apply + spent.settle + spent.frame)} us CPU an event ` +
      `(changes ${each(spent.apply)}, rest and roll-up ${each(spent.settle)}, frames ${each(spent.frame)})`,
  );
}

function frameOf(model: ReadModel, timeline: TimelineModel, window: SnapshotWindow, at: number) {
  return {
    at,
    snapshot: snapshotOf(model, timeline, window, {}, at),
    pipeline: {} as never,
    ledger: {} as never,
    recent: [],
    alerts: { revision: 0, open: 0, changed: [] } as never,
  };
}

function snapshotOf(
  model: ReadModel,
  timeline: TimelineModel,
  window: SnapshotWindow,
  filter: EventFilter,
  wallClock: number,
) {
  const { range, tally } = timeline.watch(window, wallClock);
  return buildSnapshot(tally, filter, { model, timeline, window, range, epoch: '', revision: 0, wallClock });
}

/** A flood of `rate` new sources and users a second, with a screen open. */
function measureFlood(window: SnapshotWindow, began: number): void {
  const model = new ReadModel(partitions, trackedKeys);
  const timeline = model.open('live');
  const spent = {
    changes: [] as number[],
    'rest, roll-up and sums': [] as number[],
    'a frame': [] as number[],
  };
  const timed = (part: keyof typeof spent, work: () => void): void => {
    const before = cpuMs();
    work();
    spent[part].push(cpuMs() - before);
  };
  for (let second = 0; second < floodSeconds; second++) {
    const start = (began + second) * 1_000;
    const each = Math.ceil(rate / partitions);
    const changes = Array.from({ length: partitions }, (_, partition) =>
      encodeTally(floodWindow((second * partitions + partition) * each, each)),
    );
    for (let tick = 0; tick < 10; tick++) {
      const now = start + tick * 100;
      const change = changes[tick];
      if (change) timed('changes', () => timeline.gain(start, change, now));
      if (tick < partitions) timeline.setWatermark(tick, start - 5_000);
      timed('rest, roll-up and sums', () => {
        timeline.settle(now);
        if (tick === 0 && second % 10 === 0) timeline.prune(now);
      });
      if (tick % 2 === 1)
        timed('a frame', () => void JSON.stringify(snapshotOf(model, timeline, window, {}, now)));
    }
  }
  for (const [part, times] of Object.entries(spent)) report(`flood, ${window}, ${part}`, times);
}

function measureFold(seconds: readonly [number, Change<EncodedTally>][][], from: number): void {
  let bytes = 0;
  const began = cpuMs();
  for (let partition = 0; partition < partitions; partition++) {
    const stored = new Map<string, StoredWindow>();
    for (let at = 0; at < seconds.length; at += 5) {
      const changes = seconds
        .slice(at, at + 5)
        .flat()
        .filter(([one]) => one === partition)
        .map(([, change]) => change);
      for (const gained of gatherGains(changes, (from + at + 5) * 1_000)) {
        const fold = new TimelineFold(gained, [...stored.values()], trackedKeys);
        for (const place of fold.needed()) {
          const window = stored.get(`${place.step} ${place.start}`);
          if (window) fold.take(place, readWindow(window.body));
        }
        for (const { step, start, body } of fold.finish((_, tally) => encodeTally(tally)))
          stored.set(`${step} ${start}`, { step, start, body: writeWindow(body) });
      }
    }
    for (const { step, body } of stored.values()) if (step === '1s') bytes += body.length;
  }
  const events = loadRate * seconds.length;
  say(`fold at ${loadRate}/s: ${(((cpuMs() - began) * 1_000) / events).toFixed(2)} us CPU an event`);
  say(`a second of stored 1 s windows takes ${Math.round(bytes / seconds.length / 1_024)} KiB`);
}

/** Every step filled over its whole retention. */
async function filled(now: number): Promise<{ model: ReadModel; timeline: TimelineModel }> {
  const model = new ReadModel(partitions, trackedKeys);
  const timeline = model.open('live');
  const { book } = timeline;
  for (const step of STEPS) {
    const { sizeMs, retentionMs } = WINDOW_STEPS[step];
    const events = Math.min((rate * sizeMs) / 1_000, 400_000);
    const mixed = new MixedWindows({ events, sources }, sizeMs);
    const bodies = Array.from({ length: patterns }, () => encodeTally(mixed.window()));
    const open = Math.floor(now / sizeMs) * sizeMs;
    book.closeTo(step, open);
    for (let start = open - retentionMs; start < open; start += sizeMs) {
      const body = bodies[(start / sizeMs) % patterns] as EncodedTally;
      book.addStored(step, start, body).pack(trackedKeys);
    }
    timeline.prune(now);
    await immediate();
  }
  return { model, timeline };
}

function report(name: string, times: readonly number[]): void {
  say(`${name.padEnd(34)} ${spreadOf(times).text}`);
}

const filters: Readonly<Record<string, EventFilter>> = {
  'no filter': {},
  'category and outcome': { category: 'authentication', outcome: 'failure' },
  'severity, dataset': { severity: { level: 'medium', andAbove: true }, dataset: 'openssh' },
  country: { country: 'C7' },
  source: { source: '198.18.102.125' },
  target: { target: '10.20.1.7' },
  user: { user: 'user3' },
};

function measureSnapshots(model: ReadModel, timeline: TimelineModel, now: number): void {
  const second = new MixedWindows({ events: rate, sources }, 5);
  const gains = Array.from({ length: 8 }, () => encodeTally(second.window()));
  const cold: number[] = [];
  const warm = new Map(Object.keys(filters).map((name) => [name, [] as number[]]));
  for (const window of Object.keys(SNAPSHOT_WINDOWS) as SnapshotWindow[]) {
    const began = cpuMs();
    JSON.stringify(snapshotOf(model, timeline, window, {}, now));
    cold.push(cpuMs() - began);
    say(`first look at ${window.padEnd(20)} ${(cpuMs() - began).toFixed(1)} ms`);
  }
  for (let passed = 1; passed <= 100; passed++) {
    const at = now + passed * 1_000;
    timeline.gain(at, gains[passed % gains.length] as EncodedTally, at);
    timeline.settle(at);
    for (const window of Object.keys(SNAPSHOT_WINDOWS) as SnapshotWindow[]) {
      for (const [name, filter] of Object.entries(filters)) {
        const began = cpuMs();
        JSON.stringify(snapshotOf(model, timeline, window, filter, at));
        warm.get(name)?.push(cpuMs() - began);
      }
    }
  }
  for (const [name, times] of warm) report(`snapshot, any range, ${name}`, times);
}

function measureTimelines(timeline: TimelineModel, now: number): void {
  for (const step of STEPS) {
    const { sizeMs, retentionMs } = WINDOW_STEPS[step];
    const times: number[] = [];
    for (let run = 0; run < 40; run++) {
      const began = cpuMs();
      const facets = new FacetWords(timeline.book.vocabulary, run % 2 === 0 ? {} : { outcome: 'failure' });
      const to = Math.floor(now / sizeMs) * sizeMs + sizeMs;
      const rows = [...timeline.book.series(to - retentionMs, to, step)].map(([start, counts]) =>
        facets.row(start, counts),
      );
      JSON.stringify(rows);
      times.push(cpuMs() - began);
    }
    report(`timeline, whole retention, ${step}`, times);
  }
}

async function main(): Promise<void> {
  const now = Math.floor(Date.parse('2026-01-05T12:34:56Z') / 1_000);
  const seconds = prepared(now);
  for (let pass = 0; pass < 2; pass++) {
    measureGateway(seconds, now);
    measureFold(seconds, now);
  }
  measureSpread(say);
  for (const window of ['1m', '15m'] as const) measureFlood(window, now);
  const before = rssMb();
  const { model, timeline } = await filled(now * 1_000);
  say(
    `full retention at ${rate}/s: ${rssMb() - before} MB more, windows and keys ${Math.round(timeline.memory.bytes / 2 ** 20)} MiB`,
  );
  measureSnapshots(model, timeline, now * 1_000);
  measureTimelines(timeline, now * 1_000 + 100_000);
}

void main();
