import { EVIDENCE_LIMITS, type Evidence } from './evidence';
import { keyText } from './field';
import { shortHash } from './hash';
import { KeyedStates, type Keyed, type StateBounds } from './keyed-states';
import type { Firing } from './kinds/ordered-kind';
import type { Rule } from './rule';
import type { DetectedAlert } from '@watchfloor/contracts';

/** `raised` once; `updated` while the attack goes on; `closed` when nothing more came for the rule's silence. */
export interface AlertChange {
  readonly change: 'raised' | 'updated' | 'closed';
  /** Event time at which it changed, ms since the epoch. */
  readonly at: number;
  readonly alert: DetectedAlert;
}

/** An alert whose attack goes on. */
export interface OpenAlert extends Keyed {
  readonly id: string;
  readonly reason: string;
  /** `events` as the last change reported them, and when that was. */
  reportedEvents: number;
  reportedAt: number;
  evidence: Evidence;
}

/** An alert is updated at most this often, in ms of event time. */
export const UPDATE_EVERY_MS = 10_000;

/** Alerts begin in a window of this many ms, the shortest kept; it is part of their id. */
const FIRST_WINDOW_MS = 1_000;

/**
 * The open alerts of one rule. While a key has one, its events belong to that alert and raise no other; it closes when
 * `silence` has passed without an event, and the next firing is a new alert.
 */
export class AlertBook {
  readonly open: KeyedStates<OpenAlert>;

  constructor(
    private readonly rule: Rule,
    private readonly timeline: string,
    private readonly report: (change: AlertChange) => void,
    bounds: StateBounds,
  ) {
    this.open = new KeyedStates(bounds);
  }

  /** When the next alert closes, in ms of event time. */
  get dueAt(): number {
    const oldest = this.open.oldest();
    return oldest === undefined ? Number.POSITIVE_INFINITY : oldest[1].evidence.last + this.rule.silenceMs;
  }

  /** The open alert that an event of this key at `time` belongs to. */
  belongingTo(key: string, time: number): OpenAlert | undefined {
    const alert = this.open.get(key);
    return alert !== undefined && time - alert.evidence.last < this.rule.silenceMs ? alert : undefined;
  }

  /** Says that more events were added to an open alert. */
  continue(key: string, alert: OpenAlert, at: number): void {
    this.open.set(key, alert);
    if (at - alert.reportedAt < UPDATE_EVERY_MS) return;
    this.tell('updated', key, alert, at);
  }

  /** Raises an alert. */
  raise(key: string, { evidence, figures }: Firing, at: number): void {
    this.closeUntil(at);
    this.close(key, at);
    if (this.open.size >= this.open.bounds.limit) this.close(this.open.oldest()?.[0], at);
    const { spec } = this.rule;
    const first = Math.floor(evidence.first / FIRST_WINDOW_MS) * FIRST_WINDOW_MS;
    const alert: OpenAlert = {
      touched: 0,
      id: `${spec.id}-${shortHash(`${this.timeline}\n${key}\n${first}`)}`,
      reason: fill(spec.reason, {
        ...figures,
        events: evidence.events,
        key: keyText(key),
        source: evidence.sources[0] ?? 'an unknown source',
        target: evidence.targets[0] ?? 'an unknown target',
      }),
      reportedEvents: 0,
      reportedAt: at,
      evidence,
    };
    this.open.set(key, alert);
    this.tell('raised', key, alert, at);
  }

  /** Closes the alerts whose silence is over at `time`. */
  closeUntil(time: number): void {
    for (let oldest = this.open.oldest(); oldest !== undefined; oldest = this.open.oldest()) {
      const over = oldest[1].evidence.last + this.rule.silenceMs;
      if (over > time) return;
      this.close(oldest[0], over);
    }
  }

  private close(key: string | undefined, at: number): void {
    const alert = key === undefined ? undefined : this.open.get(key);
    if (key === undefined || alert === undefined) return;
    this.open.delete(key);
    this.tell('closed', key, alert, at);
  }

  private tell(change: AlertChange['change'], key: string, alert: OpenAlert, at: number): void {
    alert.reportedAt = at;
    alert.reportedEvents = alert.evidence.events;
    this.report({ change, at, alert: this.describe(key, alert) });
  }

  private describe(key: string, { id, reason, evidence }: OpenAlert): DetectedAlert {
    const { spec } = this.rule;
    return {
      id,
      rule: spec.id,
      aliases: spec.aliases ?? [],
      technique: spec.technique,
      tactic: spec.tactic,
      severity: spec.severity,
      key: keyText(key),
      source: evidence.sources.slice(0, EVIDENCE_LIMITS.sources),
      target: evidence.targets.slice(0, EVIDENCE_LIMITS.targets),
      firstSeen: new Date(evidence.first).toISOString(),
      lastSeen: new Date(evidence.last).toISOString(),
      events: evidence.events,
      reason,
      sample: [...evidence.sample],
    };
  }
}

function fill(template: string, figures: Readonly<Record<string, string | number>>): string {
  return template.replace(/\{(\w+)\}/g, (_whole, name: string) => String(figures[name] ?? ''));
}
