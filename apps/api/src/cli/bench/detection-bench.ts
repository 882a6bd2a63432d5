import { createLocate } from '../../pipeline/processing/address-place';
import { decodeBatch } from '../../pipeline/batch-codec';
import { encodeState, type EncodedStates } from '../../pipeline/detection/partition/checkpoint.store';
import { PartitionDetection } from '../../pipeline/detection/partition/partition-detection';
import { ingest } from '../../pipeline/ingest/ingest';
import { partitionOf } from '../../pipeline/partitioning';
import { processSegment } from '../../pipeline/processing/process';
import type { Segment, SegmentEntry } from '../../pipeline/segment';
import { DETECTION, EVENT_TIME, LIVE_TIMELINE } from '../../pipeline/topology';
import { readConfig } from '../../config';
import { openGeoTable } from '../../pipeline/processing/geoip.store';
import { openNetworkTable } from '../../pipeline/processing/networks.store';
import { loadRules } from '../load-rules';
import { type BenchBatch, benchMixes, bodyAt, generateBatches } from './bench-lines';
import { floodLines } from './flood-lines';

/**
 * `npm run bench:detection [-- EVENTS_PER_SECOND SECONDS]`: what detection with all rules costs without Redis, for ordinary traffic, for
 * a load in which every source attacks, and for a flood of a million sources. CPU of one core for each event, by part.
 */
const rate = Number(process.argv[2] ?? 40_000);
const seconds = Number(process.argv[3] ?? 20);
const partitions = 8;
const linesPerBatch = 1_000;
/** Requests that one segment of processing has: its order is cut at 4 000 events. */
const batchesPerSegment = 4;
const begin = Date.parse('2026-01-05T12:34:00Z');

const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** Keyed entries of one second for each partition. */
type Second = readonly (readonly SegmentEntry[])[];

/** Lines of one request at a time, ms since the epoch. */
type Load = (
  request: number,
  at: number,
) => { readonly dataset: BenchBatch['dataset'] | 'nginx.access'; readonly body: string };

const noOrder = { stage: 'ingest', partition: 0, base: '0-0', to: '0-0' } as const;

function segmentOf(entries: readonly SegmentEntry[]): Segment {
  return { order: noOrder, entries, watermarks: new Map(), channels: new Map() };
}

/** Runs the stages before detection. */
function* keyed(load: Load, locate: Parameters<typeof processSegment>[1]['locate']): Generator<Second> {
  let request = 0;
  for (let second = 0; second < seconds; second++) {
    const at = begin + second * 1_000;
    const byPartition: SegmentEntry[][] = Array.from({ length: partitions }, () => []);
    for (let segment = 0; segment < rate / linesPerBatch / batchesPerSegment; segment++) {
      const raw = Array.from({ length: batchesPerSegment }, (): SegmentEntry => {
        const now = at + Math.floor(((request * linesPerBatch * 1_000) / rate) % 1_000);
        const { dataset, body } = load(request, now);
        const meta = JSON.stringify({ codec: 'lines', dataset, at: now, idPrefix: `bench-${request}` });
        const id = `${now}-${request++}`;
        return { id, events: linesPerBatch, timeline: LIVE_TIMELINE, meta, body: Buffer.from(body) };
      });
      const normalised = raw.flatMap((one) => ingest(segmentOf([one]), { now: at, partitions }).outputs);
      const entries = normalised.map(({ events, meta, body }, i): SegmentEntry => ({
        id: raw[i]?.id ?? '',
        events,
        timeline: LIVE_TIMELINE,
        meta: JSON.stringify(meta),
        body,
      }));
      const { channels } = processSegment(segmentOf(entries), { locate, partitions, now: at }, undefined);
      channels.forEach((outputs, partition) => {
        for (const { events, meta, body } of outputs)
          byPartition[partition]?.push({
            id: raw.at(-1)?.id ?? '',
            events,
            timeline: LIVE_TIMELINE,
            meta: JSON.stringify(meta),
            body,
          });
      });
    }
    yield byPartition;
  }
}

function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

class Meter {
  readonly #spent = new Map<string, number>();

  time<T>(part: string, work: () => T): T {
    const began = cpuMs();
    const result = work();
    this.#spent.set(part, (this.#spent.get(part) ?? 0) + cpuMs() - began);
    return result;
  }

  report(events: number): string {
    const each = [...this.#spent].map(([part, ms]) => `${part} ${((ms * 1_000) / events).toFixed(2)}`);
    const total = [...this.#spent.values()].reduce((sum, ms) => sum + ms, 0);
    return `${((total * 1_000) / events).toFixed(2)} us an event (${each.join(', ')})`;
  }
}

function measure(name: string, load: Load, locate: Parameters<typeof processSegment>[1]['locate']): void {
  const rules = loadRules(undefined);
  const judgeOf = (group: string): number => partitionOf(group, partitions);
  const place = {
    mark: '0-0',
    entry: '0-0',
    total: 0,
    cursor: '0-0',
    senders: Array.from({ length: partitions }, () => '0-0'),
  };
  const detections = Array.from(
    { length: partitions },
    () => new PartitionDetection(rules, { partitions, judgeOf }, place),
  );
  const meter = new Meter();
  let events = 0;
  let bytes = 0;
  let states = 0;
  let changes = 0;
  let written = 0;
  let checkpoints = 0;
  for (const second of keyed(load, locate)) {
    written += 1;
    const isDue = (written * 1_000) % DETECTION.checkpointEveryMs === 0;
    second.forEach((entries, partition) => {
      const detection = detections[partition];
      if (detection === undefined) return;
      for (const { id, events: rows, body } of entries) {
        events += rows;
        meter.time('offer', () => {
          const batch = decodeBatch(body);
          detection.offer(
            LIVE_TIMELINE,
            id,
            { entry: id, times: batch.times, parts: () => batch.parts },
            'first',
          );
        });
      }
      const last = entries.at(-1);
      if (last === undefined) return;
      const watermark = begin + written * 1_000 - EVENT_TIME.maxOutOfOrdernessMs;
      meter.time('evaluate', () => {
        const mark = {
          id: last.id,
          to: last.id,
          total: 0,
          watermarks: { [LIVE_TIMELINE]: watermark },
          flushed: [],
          ended: [],
        };
        for (const stretch of detection.follow(mark)) changes += stretch.changes.length;
      });
      if (!isDue) return;
      checkpoints += 1;
      const encoded: EncodedStates = { kept: [], removed: [] };
      meter.time('checkpoint', () => {
        const checkpoint = detection.takeCheckpoint();
        for (const [, side, state] of checkpoint.states) encodeState(encoded, side, state);
      });
      states += encoded.kept.length / 2 + encoded.removed.length;
      bytes += encoded.kept.reduce((sum, text) => sum + text.length, 0);
    });
  }
  say(`${name}: ${meter.report(events)}`);
  say(
    `  ${events} events, ${changes} changes of alerts, ${checkpoints} checkpoints of ${Math.round(states / checkpoints)} states and ${Math.round(bytes / checkpoints / 1_024)} KiB each, heap ${Math.round(process.memoryUsage().heapUsed / 2 ** 20)} MB`,
  );
}

async function main(): Promise<void> {
  const { cacheDir, geoipCityDb } = readConfig();
  const geo = await openGeoTable(cacheDir, geoipCityDb);
  const networks = await openNetworkTable(cacheDir);
  const locate = createLocate({ geo: geo.table, networks: networks.table });
  for (const mix of benchMixes) {
    const batches = generateBatches(64, { lines: linesPerBatch, seed: 20_260_105, mix });
    const load: Load = (request, at) => {
      const batch = batches[request % batches.length];
      if (batch === undefined) throw new RangeError('no batch');
      return { dataset: batch.dataset, body: bodyAt(batch, at) };
    };
    measure(mix, load, locate);
  }
  if (!process.argv[4] || process.argv[4] === 'flood')
    measure(
      'flood',
      (request, at) => ({
        dataset: 'nginx.access',
        body: floodLines(request * linesPerBatch, linesPerBatch, at),
      }),
      locate,
    );
}

void main();
