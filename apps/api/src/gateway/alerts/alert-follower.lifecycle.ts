import { type BeforeApplicationShutdown, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { FIRST } from '@watchfloor/redis';
import type { AlertStore, LoggedChange } from '../../pipeline/alerts/alert.store';
import { LIVE_TIMELINE } from '../../pipeline/topology';
import { FollowLoop } from '../follow-loop.lifecycle';
import { FRAME_ALERTS, RecentAlerts } from './recent-alerts';

/** How often the logs of changes are read, in ms: one read a partition. */
const FOLLOW_EVERY_MS = 150;
const CHANGES_AT_A_TIME = 500;
const READ_AT_A_TIME = 128;

/** Timelines in memory; the one opened longest ago goes first. */
const TIMELINES = 32;

/** How far the log of one partition was followed. */
interface Position {
  readonly entry: string;
  readonly number: number;
}

/**
 * Keeps the newest alerts of the timelines that are looked at equal to what is stored: read once, then whatever the logs
 * say has changed. Where a log was cut before it was read, everything is read again, and whoever follows begins again.
 */
export class AlertFollower implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #logger = new Logger(AlertFollower.name);
  readonly #timelines = new Map<string, RecentAlerts>();
  #positions: Position[] = [];
  #loaded = false;
  /** Loads and follows take turns: an alert read for a load must not replace a later state of it. */
  readonly #loop = new FollowLoop({
    follow: () => this.#followAll(),
    everyMs: FOLLOW_EVERY_MS,
    onFailure: (error) => this.#logger.warn(`Alerts could not be followed: ${String(error)}`),
  });

  constructor(
    private readonly alerts: AlertStore,
    private readonly partitions: number,
  ) {}

  /** Whether the stored state has been read. */
  get ready(): boolean {
    return this.#loaded;
  }

  onApplicationBootstrap(): void {
    this.#loop.start();
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.#loop.stop();
  }

  /** The alerts of a timeline that somebody looks at; read from the store at the first time. */
  async open(timeline: string): Promise<RecentAlerts> {
    const known = this.#timelines.get(timeline);
    if (known) return known;
    return this.#loop.inTurn(async () => this.#timelines.get(timeline) ?? this.#load(timeline));
  }

  /** Brings what is in memory up to date; it is called again and again while the process runs. */
  follow(): Promise<void> {
    return this.#loop.inTurn(() => this.#followAll());
  }

  async #followAll(): Promise<void> {
    if (!this.#loaded) await this.#start();
    const complete = await Promise.all(
      this.#positions.map((_, partition) => this.#followPartition(partition)),
    );
    if (!complete.every(Boolean)) await this.#start();
  }

  /** Notes where the logs end, then reads the timelines: what changes in between is read a second time. */
  async #start(): Promise<void> {
    const last = await Promise.all(
      Array.from({ length: this.partitions }, (_, partition) => this.alerts.lastChange(partition)),
    );
    for (const timeline of new Set([LIVE_TIMELINE, ...this.#timelines.keys()])) await this.#load(timeline);
    this.#positions = last.map((change) => change ?? { entry: FIRST, number: 0 });
    this.#loaded = true;
  }

  async #load(timeline: string): Promise<RecentAlerts> {
    const { items } = await this.alerts.list({ timeline, limit: FRAME_ALERTS });
    const recent = this.#timelines.get(timeline) ?? new RecentAlerts();
    recent.beginAgain(items);
    this.#timelines.set(timeline, recent);
    const [oldest] = [...this.#timelines.keys()].filter((name) => name !== LIVE_TIMELINE);
    if (oldest !== undefined && this.#timelines.size > TIMELINES) this.#timelines.delete(oldest);
    return recent;
  }

  /** Reads what a log has beyond its position; false where changes in between are no longer kept. */
  async #followPartition(partition: number): Promise<boolean> {
    for (;;) {
      const position = this.#positions[partition] ?? { entry: FIRST, number: 0 };
      const changes = await this.alerts.changesAfter(partition, position.entry, CHANGES_AT_A_TIME);
      const [first] = changes;
      const last = changes.at(-1);
      if (!first || !last) return true;
      if (first.number !== position.number + 1) return false;
      await this.#apply(partition, changes);
      this.#positions[partition] = last;
      if (changes.length < CHANGES_AT_A_TIME) return true;
    }
  }

  async #apply(partition: number, changes: readonly LoggedChange[]): Promise<void> {
    const timelineOf = new Map<string, string>();
    for (const { id, timeline } of changes) {
      if (id === '') this.#timelines.get(timeline)?.beginAgain([]);
      else if (this.#timelines.has(timeline)) timelineOf.set(id, timeline);
    }
    const ids = [...timelineOf.keys()];
    for (let i = 0; i < ids.length; i += READ_AT_A_TIME) {
      const some = ids.slice(i, i + READ_AT_A_TIME);
      const stored = new Map((await this.alerts.read(partition, some)).map((alert) => [alert.id, alert]));
      for (const id of some) {
        const recent = this.#timelines.get(timelineOf.get(id) ?? '');
        const alert = stored.get(id);
        if (alert) recent?.put(alert);
        else recent?.drop(id);
      }
    }
  }
}
