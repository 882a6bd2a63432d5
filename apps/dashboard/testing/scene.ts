import type { Arc, EventRow, Frame, KeyCount, Ledger, Pipeline, Snapshot } from '@watchfloor/contracts';
import { alertsAt, detectionAt } from './scene-alerts';

/** `[city, country, latitude, longitude, weight]`: where the scripted attackers sit. */
const ORIGINS = [
  ['Shenzhen', 'CN', 22.5, 114.1, 90],
  ['Moscow', 'RU', 55.7, 37.6, 55],
  ['São Paulo', 'BR', -23.5, -46.6, 40],
  ['Hanoi', 'VN', 21.0, 105.8, 28],
  ['Bucharest', 'RO', 44.4, 26.1, 20],
  ['Ashburn', 'US', 39.0, -77.5, 16],
  ['Lagos', 'NG', 6.5, 3.4, 12],
  ['Jakarta', 'ID', -6.2, 106.8, 12],
  ['Mumbai', 'IN', 19.1, 72.9, 10],
  ['Istanbul', 'TR', 41.0, 28.9, 8],
  ['Bogotá', 'CO', 4.7, -74.1, 6],
  ['Warsaw', 'PL', 52.2, 21.0, 6],
  ['Auckland', 'NZ', -36.8, 174.8, 4],
  ['Nairobi', 'KE', -1.3, 36.8, 3],
  ['Seattle', 'US', 47.6, -122.3, 3],
  ['Kyiv', 'UA', 50.4, 30.5, 2],
] as const;

const TARGETS = [
  ['Frankfurt', 50.1, 8.7],
  ['Chicago', 41.9, -87.6],
  ['Tokyo', 35.7, 139.7],
] as const;

export const SCENE_START = Date.UTC(2026, 0, 5, 10, 42, 0);
const FRAME_MS = 200;

/** A repeatable value in [0, 1) for a pair of whole numbers (an integer hash, not for statistics). */
function noise(a: number, b: number): number {
  const mixed = Math.imul((a + 1) ^ Math.imul(b + 7, 0x9e3779b1), 0x85ebca6b);
  return (((mixed ^ (mixed >>> 13)) >>> 0) % 10_000) / 10_000;
}

const busy = (index: number) => 0.8 + 0.15 * Math.sin(index / 25) + 0.05 * noise(index, 1);

function cellsAt(index: number): [number, number, number][] {
  return ORIGINS.flatMap(([, , latitude, longitude, weight], origin) =>
    Array.from({ length: Math.ceil(weight / 4) }, (_, near): [number, number, number] => [
      Math.floor(latitude + (near === 0 ? 0 : (noise(origin, near) - 0.5) * 14)) + 0.5,
      Math.floor(longitude + (near === 0 ? 0 : (noise(near, origin) - 0.5) * 22)) + 0.5,
      Math.max(1, Math.round((weight * (100 + index) * (near === 0 ? 1 : noise(near, weight) ** 3)) / 6)),
    ]),
  );
}

function arcsAt(index: number): Arc[] {
  return ORIGINS.flatMap(([, , latitude, longitude, weight], origin) =>
    TARGETS.slice(0, origin % 3 === 0 ? 2 : 1).map(([, toLatitude, toLongitude], target): Arc => [
      latitude,
      longitude,
      toLatitude,
      toLongitude,
      Math.round((weight * (100 + index - (index % (origin + 2)))) / (target + 3)),
    ]),
  ).sort((a, b) => b[4] - a[4]);
}

const counts = (entries: readonly (readonly [string, number])[]): KeyCount[] =>
  entries.map(([key, count]) => ({ key, count: Math.round(count), exact: true }));

function snapshotAt(index: number, window: string): Snapshot {
  const events = (100 + index) * 3_300;
  const at = SCENE_START + index * FRAME_MS;
  return {
    window,
    timeline: 'live',
    from: at - 300_000,
    to: at,
    epoch: 'scene',
    revision: index,
    totals: {
      events,
      allEvents: events * 4,
      sources: 2_318 + index,
      targets: TARGETS.length,
      countries: 15,
      late: 12,
      future: 0,
    },
    rates: {
      eventsPerSecond: Math.round(16_700 * busy(index)),
      bySecond: Array.from({ length: 60 }, (_, second) =>
        Math.round(16_700 * busy(index - (60 - second) * 5)),
      ),
    },
    cells: cellsAt(index),
    arcs: arcsAt(index),
    arcsTotal: 240,
    topSources: ORIGINS.slice(0, 12).map(([city, country, , , weight], rank) => ({
      key: rank === 3 ? '2001:db8:6:15::1f' : `198.18.${rank * 7}.${(rank * 31) % 250}`,
      count: weight * (100 + index) * 4,
      exact: true,
      country,
      city,
    })),
    topTargets: counts([['198.51.100.10', events / 2]]),
    topUsers: counts([['root', events / 3]]),
    topPorts: counts([['22', events / 2]]),
    countries: ORIGINS.filter(([, country], at) => ORIGINS.findIndex(([, c]) => c === country) === at).map(
      ([, country, , , weight]) => ({ key: country, count: weight * (100 + index) * 11, exact: true }),
    ),
    categories: counts([
      ['authentication', events * 0.7],
      ['network', events * 0.3],
    ]),
    severities: counts([
      ['medium', events * 0.6],
      ['high', events * 0.3],
      ['info', events * 0.1],
    ]),
    datasets: counts([
      ['openssh', events * 0.7],
      ['zeek', events * 0.3],
    ]),
    outcomes: counts([['failure', events]]),
  };
}

const STEPS: Record<string, string[]> = {
  ingest: ['decode', 'normalise'],
  processing: ['enrich', 're-key'],
  aggregation: ['windows', 'commit'],
};

function pipelineAt(index: number): Pipeline {
  const at = SCENE_START + index * FRAME_MS;
  const rate = Math.round(16_700 * busy(index));
  const lag: Record<string, number> = { ingest: 1_200, processing: 34_400 + index * 5, aggregation: 900 };
  return {
    revision: index,
    at,
    partitions: 8,
    stages: ['ingest', 'processing', 'aggregation'].map((stage, position) => ({
      stage,
      steps: STEPS[stage] ?? [],
      inPerSecond: rate,
      outPerSecond: rate - position * 40,
      deadLetteredPerSecond: position === 0 ? 0.2 : 0,
      p50Ms: 2 + position * 3,
      p95Ms: [11, 310, 22][position] ?? null,
      busyShare: [0.34, 0.86, 0.41][position] ?? null,
      lag: lag[stage] ?? 0,
      lagMs: [70, 2_060, 54][position] ?? 0,
      pending: position + 1,
      watermark: at - 5_000,
      watermarkLagMs: 5_100,
    })),
    edge: { receivedPerSecond: rate, acceptedPerSecond: rate, refusedPerSecond: 0, p95Ms: 4 },
    gateway: { clients: 38, framesPerSecond: 5, skippedFrames: 2 },
    queues: ['ingest', 'processing', 'aggregation'].map((name) => ({
      name,
      waiting: 1,
      active: 2,
      completed: 100 + index,
      failed: 0,
    })),
    workers: [{ role: 'worker', host: 'scene', pid: 1, startedAt: SCENE_START }],
    late: 12,
    future: 0,
    detection: detectionAt(index, at, rate),
    deadLetters: {
      total: 127 + Math.floor(index / 40),
      byReason: { unrecognised: 119 + Math.floor(index / 40), invalid_timestamp: 8 },
    },
    backPressure: { inFlight: 0.86, memory: null },
    dedupe: { idSpanMs: 600_000, keySpanMs: 86_400_000, maxIds: 2_000_000 },
  };
}

function ledgerAt(index: number): Ledger {
  const pipeline = pipelineAt(index);
  const aggregated = (100 + index) * 13_200;
  const inFlight = pipeline.stages.reduce((sum, { lag }) => sum + lag, 0);
  const deadLettered = pipeline.deadLetters.total;
  const accepted = aggregated + deadLettered + inFlight;
  return {
    revision: index,
    balanced: true,
    edge: {
      received: accepted + 640 + 31,
      accepted,
      duplicates: 640,
      rejected: { total: 31, byReason: { invalid_field: 31 } },
      requestsRefused: { total: 2, byReason: { '413': 2 } },
    },
    stages: pipeline.stages.map(({ stage, lag }, position) => ({
      stage: (['ingest', 'processing', 'aggregation'] as const)[position] ?? 'ingest',
      in: accepted,
      out: accepted - deadLettered,
      deadLettered: position === 0 ? deadLettered : 0,
      byReason: stage === 'ingest' ? pipeline.deadLetters.byReason : {},
      pending: lag,
    })),
    aggregated,
    late: 12,
    future: 0,
    deadLettered,
    inFlight,
  };
}

const ACTIONS = [
  ['ssh_login', 'authentication', 'high'],
  ['invalid_user', 'authentication', 'medium'],
  ['connection', 'network', 'info'],
  ['ssh_login', 'authentication', 'critical'],
  ['connection', 'network', 'low'],
] as const;

/** The row that frame `index` brings. */
export function rowAt(index: number): EventRow {
  const [action, category, severity] = ACTIONS[index % ACTIONS.length] ?? ACTIONS[0];
  const [, country] = ORIGINS[(index * 7) % ORIGINS.length] ?? ORIGINS[0];
  return {
    id: `scene-${index}`,
    time: new Date(SCENE_START + index * FRAME_MS).toISOString(),
    dataset: category === 'network' ? 'zeek' : 'openssh',
    category,
    action,
    outcome: index % 9 === 0 ? 'success' : 'failure',
    severity,
    source: index % 6 === 0 ? '2001:db8:6:15::1f' : `198.18.${index % 250}.${(index * 13) % 250}`,
    target: '198.51.100.10',
    user: category === 'network' ? '' : 'root',
    country,
    synthetic: true,
  };
}

/** Frame `index` (one each 200 ms) of a busy quarter of an hour: the same index gives the same frame. */
export function frameAt(index: number, window = '5m'): Frame {
  return {
    at: SCENE_START + index * FRAME_MS,
    snapshot: snapshotAt(index, window),
    pipeline: pipelineAt(index),
    ledger: ledgerAt(index),
    recent: Array.from({ length: Math.min(50, index + 1) }, (_, back) => rowAt(index - back)),
    alerts: alertsAt(index, SCENE_START, FRAME_MS),
  };
}
