import { type Alert, ALERT_STATUSES, type AlertStatus, SEVERITY_LEVELS } from '@watchfloor/contracts';
import { FIRST, type Keyspace, type RedisConnection, Script } from '@watchfloor/redis';
import type { AlertChange } from '../detection/alert-book';
import { type ListedEntry, type ListPage, takePage } from '../list-page';
import { APPLY_ALERTS, FORGET_ALERTS, HANDLE_ALERT, READ_ALERTS } from '../lua/alerts';
import { newestFirst } from '../newest-first.store';
import { ALL_ROWS, type StreamPosition } from '../stream-cursor';
import { ALERTS, KEYS, STREAMS } from '../topology';
import { type AlertFilter, alertPasses } from './alert-filter';
import { endNote, formatHandling, type HandlingChange, type HandlingStep, takeStep } from './handling';
import { parseAlert } from './stored-alert';

/** Changes that one run of the script applies: it bounds how long Redis is held. */
const CHANGES_AT_A_TIME = 500;
/** Alerts read at a time for a list, and looked at for one answer. */
const READ_AT_A_TIME = 128;
const MOST_LOOKS = 20_000;
const FORGET_AT_A_TIME = 1_000;

const WRITTEN = [
  STREAMS.alerts,
  KEYS.alertsDetected,
  KEYS.alertsHandling,
  KEYS.alertsDone,
  STREAMS.alertsLog,
  KEYS.alertsCounts,
];

const applyScript = new Script('apply-alerts', APPLY_ALERTS);
const handleScript = new Script('handle-alert', HANDLE_ALERT);
const readScript = new Script('read-alerts', READ_ALERTS);
const forgetScript = new Script('forget-alerts', FORGET_ALERTS);

/** Which page of which alerts. */
export interface AlertQuery extends AlertFilter {
  readonly timeline: string;
  readonly limit: number;
  readonly from?: readonly StreamPosition[] | undefined;
}

/** What became of a step of handling. */
export type HandlingOutcome =
  | { readonly outcome: 'OK'; readonly alert: Alert }
  | { readonly outcome: 'STALE'; readonly version: number }
  | { readonly outcome: 'GONE' };

/** Alerts of all partitions and timelines: raised since the beginning, kept by status now. */
export interface AlertFigures {
  readonly raised: number;
  readonly raisedBySeverity: Readonly<Record<string, number>>;
  readonly byStatus: Readonly<Record<AlertStatus, number>>;
}

/** One change of an alert as the log has it; without an id, the alerts of the timeline are forgotten. */
export interface LoggedChange {
  readonly entry: string;
  /** Runs without a gap: where one is, changes were logged that are no longer kept. */
  readonly number: number;
  readonly id: string;
  readonly timeline: string;
}

/** The alerts: what detection says of them and how people handle them. */
export class AlertStore {
  constructor(
    private readonly redis: RedisConnection,
    private readonly keys: Keyspace,
    private readonly kept: number = ALERTS.kept,
  ) {}

  /**
   * Applies what detection says of alerts of one partition. The same changes may come again, in any order: they have no
   * further effect. An alert that ends while it is open is closed.
   * @param step.now wall clock, ms since the epoch
   * @returns how many changes had an effect
   */
  async apply(
    partition: number,
    timeline: string,
    changes: readonly AlertChange[],
    { now }: { readonly now: number },
  ): Promise<number> {
    let effects = 0;
    const settings = [timeline, now, this.kept, ALERTS.logged, JSON.stringify(endNote(now))];
    for (let i = 0; i < changes.length; i += CHANGES_AT_A_TIME) {
      const some = changes.slice(i, i + CHANGES_AT_A_TIME).flatMap(toArguments);
      effects += (await applyScript.run(this.redis, this.#written(partition), [
        ...settings,
        ...some,
      ])) as number;
    }
    return effects;
  }

  /** Alerts of a timeline, the one raised last first. */
  async list({ timeline, limit, from, ...filter }: AlertQuery): Promise<ListPage<Alert>> {
    const positions = from ?? (await this.#newest());
    const alerts = new Map<string, Alert>();
    const entries = newestFirst(this.redis, this.keys, { stream: STREAMS.alerts }, positions);
    return takePage(this.#withAlerts(entries, timeline, alerts), positions, {
      limit,
      mostLooks: MOST_LOOKS,
      rowsOf: ({ values: [id = ''] }) => {
        const alert = alerts.get(id);
        return [alert && alertPasses(filter, alert) ? alert : undefined];
      },
    });
  }

  /** One alert, whatever its timeline; undefined when it is not kept. */
  async get(id: string): Promise<Alert | undefined> {
    return (await this.#find(id))?.alert;
  }

  /** Takes a step of handling on the version that the caller has seen. A step that changes nothing makes no version. */
  async patch(
    id: string,
    expectedVersion: number,
    change: HandlingChange,
    step: HandlingStep,
  ): Promise<HandlingOutcome> {
    const found = await this.#find(id);
    if (!found) return { outcome: 'GONE' };
    const { partition, alert } = found;
    if (alert.version !== expectedVersion) return { outcome: 'STALE', version: alert.version };
    const next = takeStep(alert, change, step);
    if (!next) return { outcome: 'OK', alert };
    const [outcome, first = '', handling = ''] = (await handleScript.run(
      this.redis,
      this.#written(partition),
      [id, expectedVersion, ALERTS.logged, next.status, formatHandling(next)],
    )) as string[];
    const changed = outcome === 'OK' ? parseAlert(first, handling) : undefined;
    if (changed) return { outcome: 'OK', alert: changed };
    return outcome === 'STALE' ? { outcome: 'STALE', version: Number(first) } : { outcome: 'GONE' };
  }

  /** Alerts of one partition by id; ids that are not kept are left out. */
  async read(partition: number, ids: readonly string[]): Promise<Alert[]> {
    if (ids.length === 0) return [];
    const texts = (await readScript.run(
      this.redis,
      [KEYS.alertsDetected, KEYS.alertsHandling].map((name) => this.keys.of(partition, name)),
      ids,
    )) as string[];
    return ids.flatMap((_, i) => parseAlert(texts[i * 2] ?? '', texts[i * 2 + 1] ?? '') ?? []);
  }

  /** Changes logged in a partition behind an entry of its log, oldest first. */
  async changesAfter(partition: number, entry: string, limit: number): Promise<LoggedChange[]> {
    const log = this.keys.of(partition, STREAMS.alertsLog);
    const found = await this.redis.xrange(log, `(${entry}`, '+', 'COUNT', limit);
    return found.map(toLogged);
  }

  /** The last change that was logged in a partition. */
  async lastChange(partition: number): Promise<LoggedChange | undefined> {
    const [found] = await this.redis.xrevrange(
      this.keys.of(partition, STREAMS.alertsLog),
      '+',
      '-',
      'COUNT',
      1,
    );
    return found && toLogged(found);
  }

  /** Forgets all alerts of a timeline. */
  async forget(timeline: string): Promise<void> {
    for (const partition of this.#partitions()) {
      let from = '-';
      do {
        const last = await forgetScript.run(this.redis, this.#written(partition), [
          timeline,
          from,
          FORGET_AT_A_TIME,
          ALERTS.logged,
        ]);
        from = last === '' ? '' : `(${String(last)}`;
      } while (from !== '');
    }
  }

  /** Counts over all partitions. */
  async figures(): Promise<AlertFigures> {
    const hashes = await Promise.all(
      this.#partitions().map((partition) => this.redis.hgetall(this.keys.of(partition, KEYS.alertsCounts))),
    );
    const sum = (name: string): number => hashes.reduce((all, counts) => all + Number(counts[name] ?? 0), 0);
    return {
      raised: sum('raised'),
      raisedBySeverity: Object.fromEntries(SEVERITY_LEVELS.map((level) => [level, sum(`raised:${level}`)])),
      byStatus: Object.fromEntries(ALERT_STATUSES.map((status) => [status, sum(status)])) as Record<
        AlertStatus,
        number
      >,
    };
  }

  async #find(id: string): Promise<{ partition: number; alert: Alert } | undefined> {
    const found = await Promise.all(this.#partitions().map((partition) => this.read(partition, [id])));
    return found.flatMap(([alert], partition) => (alert ? [{ partition, alert }] : []))[0];
  }

  /** Where a list begins: behind the alert raised last, so that later ones stay out of its further pages. */
  #newest(): Promise<StreamPosition[]> {
    return Promise.all(
      this.#partitions().map(async (partition) => {
        const stream = this.keys.of(partition, STREAMS.alerts);
        const [last] = await this.redis.xrevrange(stream, '+', '-', 'COUNT', 1);
        return { id: last?.[0] ?? FIRST, row: ALL_ROWS };
      }),
    );
  }

  /** The entries with their alerts put into `alerts` before each is handed on, so many at a time. */
  async *#withAlerts(
    entries: AsyncIterable<ListedEntry>,
    timeline: string,
    alerts: Map<string, Alert>,
  ): AsyncGenerator<ListedEntry, void> {
    let some: ListedEntry[] = [];
    for await (const entry of entries) {
      some.push(entry);
      if (some.length < READ_AT_A_TIME) continue;
      await this.#readInto(alerts, some, timeline);
      yield* some;
      some = [];
    }
    await this.#readInto(alerts, some, timeline);
    yield* some;
  }

  async #readInto(
    alerts: Map<string, Alert>,
    entries: readonly ListedEntry[],
    timeline: string,
  ): Promise<void> {
    const reads = this.#partitions().map((partition) => {
      const wanted = entries.filter((entry) => entry.partition === partition && entry.values[1] === timeline);
      return this.read(
        partition,
        wanted.map(({ values: [id = ''] }) => id),
      );
    });
    alerts.clear();
    for (const alert of (await Promise.all(reads)).flat()) alerts.set(alert.id, alert);
  }

  #partitions(): number[] {
    return Array.from({ length: this.keys.partitions }, (_, partition) => partition);
  }

  #written(partition: number): string[] {
    return WRITTEN.map((name) => this.keys.of(partition, name));
  }
}

function toArguments({ change, alert }: AlertChange): (string | number)[] {
  const ended = change === 'closed' ? 1 : 0;
  return [alert.id, ended, alert.events, Date.parse(alert.lastSeen), alert.severity, JSON.stringify(alert)];
}

function toLogged([entry, fields]: [string, string[]]): LoggedChange {
  const [, number, , id = '', , timeline = ''] = fields;
  return { entry, number: Number(number), id, timeline };
}
