import type { Stage } from '@watchfloor/contracts';

/**
 * The map of the pipeline: every stream, queue, job and limit stands here and nowhere else.
 *
 *   edge -> raw -> [ingest] -> normalised -> [processing] -> keyed -> [aggregation] -> changes, windows -> gateway
 *
 * All keys of partition p lie under p's hash tag; re-keying in `processing` is the only hop that crosses partitions.
 */
export const STREAMS = {
  /** What the edge accepted, as it came. */
  raw: 'raw',
  /** Normalised events, still in the partition of their request. */
  normalised: 'normalised',
  /** Enriched events in the partition of their source. Kept after aggregation as the recent events. */
  keyed: 'keyed',
  /** What each aggregation commit changed: the windows are their sum, the gateway follows them. */
  changes: 'changes',
  /** One aggregation commit an entry: up to where detection may read (`to`) and what it is told (`m`, see detection/partition/mark.ts). */
  marks: 'marks',
  /** What detection has for other partitions: watermarks (`w`), with a body for each receiver of partial windows. */
  outbox: 'outbox',
  /** One dead letter an entry. */
  deadLetters: 'dead-letters',
  /** One entry a change of an alert: `n` running number, `id`, `tl`. Gateways follow it. */
  alertsLog: 'alerts:log',
} as const;

/**
 * An entry of raw, normalised and keyed is a header (`n` events, `tl` timeline, `m` meta as JSON); its body lies in
 * this hash under the same id. Headers are read often (lag, dispatch, ledger), bodies once.
 */
export function bodiesOf(stream: string): string {
  return `${stream}:bodies`;
}

/** Keys of one partition that are no streams. */
export const KEYS = {
  /** Hash: `cursor:<stage>`, `commits`, `decision`. */
  state: 'state',
  /** Hash of counters; its names are in ledger/counters.ts. */
  ledger: 'ledger',
  /**
   * Hash: `<p>` = last normalised entry of partition p that this partition has, `<p>:total` = events handed on by it,
   * `<p>:last:<timeline>` = its last entry here.
   */
  channels: 'channels',
  /** Hash: entry of a dead letter that was redriven -> the event's new id. */
  redriven: 'dead-letters:redriven',
  /** Hash: `c:<p>:<timeline>` highest event time carried, `w:<timeline>` watermark. */
  watermarks: 'watermarks',
  /** Hash: position and figures of detection, `t:<timeline>` its state but for the keys of rules. */
  detection: 'detection',
  /** Hash a timeline: states of the keys of rules. */
  detectionStates: 'detection:states',
  /** Hash with an expiry: `owner` and fencing `token` of who runs detection for the partition. */
  detectionLease: 'detection:lease',
  /** Sets of event ids, two generations: `ids:0`, `ids:1`. */
  ids: 'ids',
  /** Hash a key: what an Idempotency-Key was answered. */
  idempotency: 'idempotency',
  /** Sorted set of idempotency keys by time, to forget the oldest. */
  idempotencyIndex: 'idempotency-index',
  /** Hash a timeline and step: window start in s -> tally. */
  windows: 'windows',
  /** Hash: bytes of stored windows by `<timeline>:<step>`. */
  windowBytes: 'windows-bytes',
  /** Hash: alert id -> what detection last said of it, behind a line of its own figures (see lua/alerts.ts). */
  alertsDetected: 'alerts:detected',
  /** Hash: alert id -> how people handle it; none while it is as it was raised. */
  alertsHandling: 'alerts:handling',
  /** Sorted set, by text: `<timeline> <place> <alert id>`, the alert raised last first (see alerts/alert-place.ts). */
  alertsIndex: 'alerts:index',
  /** Sorted set of alert ids in the order in which they go when there are too many. */
  alertsLeaving: 'alerts:leaving',
  /** Hash: alerts raised in all, alerts kept by status, changes logged. */
  alertsCounts: 'alerts:counts',
} as const;

/** One stage: a row of the table that drives dispatcher, consumers, ledger and screens. */
export interface StageRow {
  readonly stage: Stage;
  /** BullMQ queue; its jobs are work orders. */
  readonly queue: string;
  readonly input: string;
  readonly output: string;
  /** The steps inside, as the screens name them. */
  readonly steps: readonly string[];
  /** A work order ends at the entry that reaches this many events: it bounds memory and the time a core is held. */
  readonly maxEventsPerOrder: number;
  readonly maxEntriesPerOrder: number;
}

/** In pipeline order. */
export const TOPOLOGY: readonly StageRow[] = [
  {
    stage: 'ingest',
    queue: 'ingest',
    input: STREAMS.raw,
    output: STREAMS.normalised,
    steps: ['decode', 'normalise'],
    maxEventsPerOrder: 2_000,
    maxEntriesPerOrder: 64,
  },
  {
    stage: 'processing',
    queue: 'processing',
    input: STREAMS.normalised,
    output: STREAMS.keyed,
    steps: ['enrich', 're-key by source'],
    maxEventsPerOrder: 4_000,
    maxEntriesPerOrder: 64,
  },
  {
    stage: 'aggregation',
    queue: 'aggregation',
    input: STREAMS.keyed,
    output: STREAMS.changes,
    steps: ['watermark', 'windows', 'count'],
    maxEventsPerOrder: 4_000,
    maxEntriesPerOrder: 256,
  },
];

/** The row of a stage. */
export function stageRow(stage: Stage): StageRow {
  const row = TOPOLOGY.find((candidate) => candidate.stage === stage);
  if (row === undefined) throw new RangeError(`no stage ${stage}`);
  return row;
}

/** Job names on the stage queues. */
export const JOBS = {
  /** Work order: the stage takes one segment of one partition. */
  order: 'order',
  /** Aggregation queue: add the changes since the last fold to the stored windows of one partition. */
  fold: 'fold',
} as const;

/** BullMQ worker options of every stage: recovery of a killed worker within 8 s instead of 60 s by default. */
export const WORKER_OPTIONS = {
  lockDuration: 5_000,
  stalledInterval: 2_000,
  /** A job may stall as often as it likes: a kept failed record would block its work order. */
  maxStalledCount: 1_000_000,
  /** Seconds; below the socket timeout of the connection, which would end the wait otherwise. */
  drainDelay: 2,
  concurrency: 8,
} as const;

/** BullMQ job options of every job. */
export const JOB_OPTIONS = {
  attempts: 1,
  removeOnComplete: { count: 200 },
  // A kept failed record would swallow the order when it is given out again. Dead letters are entries of ours.
  removeOnFail: true,
} as const;

/** Dispatcher timing, in ms. */
export const DISPATCH = {
  shortestTickMs: 4,
  tickMs: 15,
  idleTickMs: 50,
  /** An order that has not moved its cursor for this long is given out again. */
  redispatchAfterMs: 3_000,
  leaseMs: 2_000,
  foldEveryMs: 5_000,
} as const;

/** Detection: leases and how often it looks, writes and hands on, in ms. */
export const DETECTION = {
  leaseMs: 5_000,
  renewEveryMs: 1_000,
  /** Pause between two rounds: marks that gather are taken at once, with fewer questions to Redis. */
  tickMs: 20,
  /** Pause when there is nothing to take. */
  idleTickMs: 100,
  checkpointEveryMs: 3_000,
  /** Checkpoints that take long come less often, so that they take a tenth of the time at the most, but never less often than this. */
  checkpointAtLeastEveryMs: 10_000,
  /** Events after which a checkpoint is due at once: it bounds what a new owner reads again. */
  checkpointEveryEvents: 50_000,
  /** Events of one step. */
  eventsPerStep: 6_000,
  /** The event loop of its thread is given back after so long: leases are renewed in between, and figures told. */
  sliceMs: 6,
  outboxEveryMs: 500,
  trimOutboxEveryMs: 10_000,
  /** Without arrivals for so long a timeline is at its end, or on the live one time goes on by the clock. */
  idleAfterMs: 10_000,
  /** So long if its producer said that it goes on. */
  openForMs: 600_000,
} as const;

/** Folding changes into stored windows: entries at a time, and how long a folded change stays for gateways, in ms. */
export const FOLD = { changes: 400, keepChangesMs: 60_000 } as const;

/** What the edge takes, in bytes and counts. */
export const EDGE_LIMITS = {
  bodyBytes: 1_048_576,
  eventsPerRequest: 1_000,
  linesPerRequest: 10_000,
  depth: 8,
  labels: 32,
  originalBytes: 4_096,
  /** Where the share of maxmemory or of MAX_IN_FLIGHT_EVENTS passes this, requests get 503. */
  shedAt: 0.7,
  /** How long a repeated Idempotency-Key gets its first answer. */
  idempotencyMs: 86_400_000,
  /** A request that is still running holds its key this long at the most. */
  runningMs: 10_000,
  dedupeWindowMs: 600_000,
  timelines: 16,
  timelineMs: 86_400_000,
} as const;

/** Event-time settings, in ms. */
export const EVENT_TIME = {
  maxOutOfOrdernessMs: 5_000,
  allowedLatenessMs: 60_000,
  /** On the live timeline an event further ahead of its arrival than this is `future`: in no window. */
  futureMs: 300_000,
} as const;

/** Dead letters kept for each partition, and the bytes of raw text of each. */
export const DEAD_LETTERS = { kept: 10_000, rawBytes: 4_096 } as const;

/** Alerts kept for each partition, changes that a gateway may be behind, steps of handling kept for each alert. */
export const ALERTS = { kept: 10_000, logged: 10_000, notes: 100 } as const;

/** The timeline of what happens now. */
export const LIVE_TIMELINE = 'live';

/** Global hash: named timeline -> what its producer said of it, `open` or `ended`. */
export const TIMELINE_PRODUCERS = 'timelines:producers';

export const TIMELINE_NAME = /^[a-z0-9][a-z0-9-]{0,63}$/;
