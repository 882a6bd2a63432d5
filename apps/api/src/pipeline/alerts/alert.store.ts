import { type Alert, ALERT_STATUSES, type AlertStatus, SEVERITY_LEVELS } from '@watchfloor/contracts';
import { type Keyspace, type RedisConnection, Script } from '@watchfloor/redis';
import type { AlertChange } from '../detection/alert-book';
import { APPLY_ALERTS, FORGET_ALERTS, HANDLE_ALERT, LIST_ALERTS, READ_ALERTS } from '../lua/alerts';
import { ALERTS, KEYS, STREAMS } from '../topology';
import { type AlertFilter, alertPasses } from './alert-filter';
import { endNote, formatHandling, type HandlingChange, type HandlingStep, takeStep } from './handling';
import { type AlertPlace, indexBounds, placeInIndex } from './alert-place';
import { parseAlert } from './stored-alert';
import { type AlertPage, type LookForAlerts, takeAlerts } from './take-alerts';

/** Changes that one run of the script applies: it bounds how long Redis is held. */
const CHANGES_AT_A_TIME = 500;
/** Alerts looked at in one partition at a time, and for one answer. */
const LOOKS_AT_A_TIME = 256;
const MOST_LOOKS = 10_000;
const FORGET_AT_A_TIME = 1_000;

const WRITTEN = [
  KEYS.alertsIndex,
  KEYS.alertsDetected,
  KEYS.alertsHandling,
  KEYS.alertsLeaving,
  STREAMS.alertsLog,
  KEYS.alertsCounts,
];

const applyScript = new Script('apply-alerts', APPLY_ALERTS);
const handleScript = new Script('handle-alert', HANDLE_ALERT);
const listScript = new Script('list-alerts', LIST_ALERTS);
const readScript = new Script('read-alerts', READ_ALERTS);
const forgetScript = new Script('forget-alerts', FORGET_ALERTS);

/** Which page of which alerts. */
export interface AlertQuery extends AlertFilter {
  readonly timeline: string;
  readonly limit: number;
  /** Only those behind this place: `next` of the page before. */
  readonly from?: AlertPlace | undefined;
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
    for (const cause of [undefined, 'rule'] as const) {
      // One note is said of all ends that one run of the script applies.
      const alike = changes.filter((change) => change.cause === cause);
      const settings = [timeline, now, this.kept, ALERTS.logged, JSON.stringify(endNote(now, cause))];
      for (let i = 0; i < alike.length; i += CHANGES_AT_A_TIME) {
        const some = alike.slice(i, i + CHANGES_AT_A_TIME).flatMap(toArguments);
        effects += (await applyScript.run(this.redis, this.#written(partition), [
          ...settings,
          ...some,
        ])) as number;
      }
    }
    return effects;
  }

  /** Alerts of a timeline, the one raised last first. */
  async list({ timeline, limit, from, ...filter }: AlertQuery): Promise<AlertPage> {
    const partitions = this.#partitions();
    const share = Math.ceil(limit / partitions.length) + 1;
    const looks = partitions.map((partition) => this.#looksInto(partition, timeline, filter, share));
    return takeAlerts(looks, from, { limit, mostLooks: MOST_LOOKS });
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
    return parseAlerts(texts);
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
    const settings = [...indexBounds(timeline), FORGET_AT_A_TIME, timeline, ALERTS.logged];
    for (const partition of this.#partitions()) {
      while ((await forgetScript.run(this.redis, this.#written(partition), settings)) === FORGET_AT_A_TIME);
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

  /** Looks at few alerts of one partition first, at more where those did not do. */
  #looksInto(partition: number, timeline: string, filter: AlertFilter, share: number): LookForAlerts {
    const names = [KEYS.alertsIndex, KEYS.alertsDetected, KEYS.alertsHandling];
    const keys = names.map((name) => this.keys.of(partition, name));
    let count = Math.min(share, LOOKS_AT_A_TIME);
    return async (after) => {
      const settings = [...indexBounds(timeline, after), count, filter.status?.join(',') ?? ''];
      const [looks, last, ...texts] = (await listScript.run(this.redis, keys, settings)) as ListReply;
      const to = looks < count ? undefined : placeInIndex(timeline, last);
      count = LOOKS_AT_A_TIME;
      return { looks, to, alerts: parseAlerts(texts).filter((alert) => alertPasses(filter, alert)) };
    };
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

type ListReply = [looks: number, last: string, ...texts: string[]];

/** The alerts in pairs of texts; an empty pair is none. */
function parseAlerts(texts: readonly string[]): Alert[] {
  return texts.flatMap((text, i) => (i % 2 === 0 ? (parseAlert(text, texts[i + 1] ?? '') ?? []) : []));
}

function toLogged([entry, fields]: [string, string[]]): LoggedChange {
  const [, number, , id = '', , timeline = ''] = fields;
  return { entry, number: Number(number), id, timeline };
}
