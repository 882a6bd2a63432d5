import type { Agenda } from './agenda';
import { evidenceBeyond, listOf, type Evidence } from './evidence';
import { keyText } from './field';
import { shortHash } from './short-hash';
import type { RuleState } from './key-table';
import { KeyedStates, type Keyed, type Slot, type StateBounds } from './keyed-states';
import type { Firing } from './kinds/ordered-kind';
import type { Rule } from './rule';
import type { RuleSpec } from './rule-schema';
import type { DetectedAlert } from '@watchfloor/contracts';

/** `raised` once; `updated` while the attack goes on; `closed` when nothing more came for the rule's silence. */
export interface AlertChange {
  readonly change: 'raised' | 'updated' | 'closed';
  /** Event time at which it changed, ms since the epoch. */
  readonly at: number;
  readonly alert: DetectedAlert;
  /** Of one that closed because its rule is gone or counts otherwise, and not after its silence. */
  readonly cause?: 'rule';
}

/** What an alert has of its rule's words. */
export type AlertWords = Pick<DetectedAlert, 'rule' | 'aliases' | 'technique' | 'tactic' | 'severity'>;

/** The words of a rule for its alerts. */
export function wordsOf({ id, aliases = [], technique, tactic, severity }: RuleSpec): AlertWords {
  return { rule: id, aliases, technique, tactic, severity };
}

/** An alert whose attack goes on. */
export interface OpenAlert extends Keyed {
  readonly id: string;
  readonly reason: string;
  /** Event time at which it was raised. */
  readonly raisedAt: number;
  /** `events` as the last change reported them, and when that was. */
  reportedEvents: number;
  reportedAt: number;
  evidence: Evidence;
  /** What the kind of the rule left to decide by which events belong to it. */
  readonly going?: RuleState;
}

/** The end of an alert whose rule is no longer used, at event time `at`, or with its last event where that is later. */
export function endWithRule(words: AlertWords, key: string, alert: OpenAlert, at: number): AlertChange {
  const when = Math.max(at, alert.evidence.last);
  return { change: 'closed', at: when, alert: describe(words, key, alert), cause: 'rule' };
}

/** An alert is updated at most this often, in ms of event time. */
export const UPDATE_EVERY_MS = 10_000;

/** Ends are looked for at full seconds of event time, so that a thousand open alerts are not gone through for each event. */
const CLOSE_EVERY_MS = 1_000;

/** Alerts begin in a window of this many ms, the shortest kept; it is part of their id. */
const FIRST_WINDOW_MS = 1_000;

/**
 * The open alerts of one rule, at most one a key; it closes when `silence` has passed without an event that belongs to it, or
 * when another is raised.
 */
export class AlertBook {
  readonly open: KeyedStates<OpenAlert>;
  /** No alert ends before this, in ms of event time. */
  dueAt = Number.POSITIVE_INFINITY;
  /** What all alerts of the rule have in common. */
  readonly words: AlertWords;

  constructor(
    private readonly rule: Rule,
    private readonly timeline: string,
    private readonly edges: { readonly report: (change: AlertChange) => void; readonly agenda: Agenda },
    bounds: StateBounds,
  ) {
    this.open = new KeyedStates(bounds);
    this.words = wordsOf(rule.spec);
  }

  /** The open alert that an event of this key at `time` belongs to. */
  belongingTo(key: string, time: number): Slot<OpenAlert> | undefined {
    if (this.open.size === 0) return undefined;
    const slot = this.open.find(key);
    return slot !== undefined && time < this.endOf(slot.state) ? slot : undefined;
  }

  /** Says that more events were added to an open alert. */
  continue(slot: Slot<OpenAlert>, at: number): void {
    this.open.touch(slot);
    if (at - slot.state.reportedAt >= UPDATE_EVERY_MS) this.tell('updated', slot.key, slot.state, at);
  }

  /** Whether what fired at `at` and reaches `spanMs` back may have begun before this alert was raised, or in the same window. */
  reaches({ state }: Slot<OpenAlert>, at: number, spanMs: number): boolean {
    return at - spanMs < state.raisedAt + FIRST_WINDOW_MS;
  }

  /** Raises an alert. */
  raise(key: string, { evidence, figures, going }: Firing, at: number): void {
    const before = this.open.find(key);
    if (before !== undefined) this.close(key, before.state, Math.min(at, this.endOf(before.state)));
    if (this.open.size >= this.open.bounds.limit) this.closeFirst(at);
    const { spec } = this.rule;
    const alert: OpenAlert = {
      touched: 0,
      id: this.idOf(key, evidence),
      reason: fill(spec.reason, {
        ...figures,
        events: evidence.events,
        key: keyText(key),
        source: listOf(evidence.sources)[0] ?? 'an unknown source',
        target: listOf(evidence.targets)[0] ?? 'an unknown target',
      }),
      raisedAt: at,
      reportedEvents: 0,
      reportedAt: at,
      evidence: evidenceBeyond(evidence, 0),
      ...(going === undefined ? {} : { going }),
    };
    this.open.put(key, alert);
    this.dueAt = Math.min(this.dueAt, this.dueOf(alert));
    this.edges.agenda.note(this.dueAt);
    this.tell('raised', key, alert, at);
  }

  /** Closes the alerts whose silence is over at `time`. */
  closeUntil(time: number): void {
    if (time < this.dueAt) return;
    const over = [...this.open.entries()].filter(([, alert]) => this.dueOf(alert) <= time);
    for (const [key, alert] of over.sort((a, b) => this.endOf(a[1]) - this.endOf(b[1])))
      this.close(key, alert, this.endOf(alert));
    this.restored();
  }

  /** Closes all alerts, whose silence is not over: each at its last event. */
  closeAll(): void {
    for (const [key, alert] of [...this.open.entries()].sort(byLastEvent))
      this.close(key, alert, alert.evidence.last);
    this.restored();
  }

  /** Says what came to belong to open alerts and was not said yet. */
  tellNews(at: number): void {
    for (const [key, alert] of this.open.entries()) {
      if (alert.evidence.events === alert.reportedEvents) continue;
      const slot = this.open.find(key);
      if (slot !== undefined) this.open.touch(slot);
      this.tell('updated', key, alert, at);
    }
  }

  /** Finds the next due time again, also after open alerts were put back. */
  restored(): void {
    this.dueAt = Number.POSITIVE_INFINITY;
    for (const [, alert] of this.open.entries()) this.dueAt = Math.min(this.dueAt, this.dueOf(alert));
  }

  /** Makes room; the alert that was open longest goes. */
  private closeFirst(at: number): void {
    for (const [key, alert] of this.open.entries()) return this.close(key, alert, at);
  }

  private close(key: string, alert: OpenAlert, at: number): void {
    this.open.delete(key);
    this.tell('closed', key, alert, at);
  }

  private idOf(key: string, evidence: Evidence): string {
    const first = Math.floor(evidence.first / FIRST_WINDOW_MS) * FIRST_WINDOW_MS;
    return `${this.rule.spec.id}-${shortHash(`${this.timeline}\n${key}\n${first}`)}`;
  }

  private endOf(alert: OpenAlert): number {
    return alert.evidence.last + this.rule.silenceMs;
  }

  private dueOf(alert: OpenAlert): number {
    return Math.ceil(this.endOf(alert) / CLOSE_EVERY_MS) * CLOSE_EVERY_MS;
  }

  private tell(change: AlertChange['change'], key: string, alert: OpenAlert, at: number): void {
    alert.reportedAt = at;
    alert.reportedEvents = alert.evidence.events;
    this.edges.report({ change, at, alert: describe(this.words, key, alert) });
  }
}

function describe(words: AlertWords, key: string, alert: OpenAlert): DetectedAlert {
  const { id, reason, raisedAt, evidence } = alert;
  return {
    id,
    ...words,
    key: keyText(key),
    source: listOf(evidence.sources),
    target: listOf(evidence.targets),
    firstSeen: new Date(evidence.first).toISOString(),
    lastSeen: new Date(evidence.last).toISOString(),
    detectedAt: new Date(raisedAt).toISOString(),
    events: evidence.events,
    reason,
    sample: listOf(evidence.sample),
  };
}

function byLastEvent([, a]: readonly [string, OpenAlert], [, b]: readonly [string, OpenAlert]): number {
  return a.evidence.last - b.evidence.last;
}

function fill(template: string, figures: Readonly<Record<string, string | number>>): string {
  return template.replace(/\{(\w+)\}/g, (_whole, name: string) => String(figures[name] ?? ''));
}
