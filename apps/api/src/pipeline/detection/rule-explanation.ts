import type { NormalisedEvent } from '@watchfloor/contracts';
import { EventView } from './event-view';
import { keyText } from './field';
import type { Progress } from './kinds/ordered-kind';
import { rounded } from './count-text';
import type { Rule } from './rule';
import type { Tracer } from './rule-runner';

/** How near one key came to firing. */
export interface KeyReport {
  readonly key: string;
  /** How far it came, of `limit`, while it did not fire; 0 of 0 where it fired at once. */
  readonly highest: number;
  readonly limit: number;
  /** What was missing then, as a part of a sentence; empty where it fired at once. */
  readonly missing: string;
  /** Event time at which it came so far or, where it fired, of the last firing; ISO 8601. */
  readonly at: string;
  readonly fired: number;
}

/** Why a rule did or did not fire on a log. */
export interface RuleReport {
  readonly rule: string;
  readonly events: number;
  /** The conditions in order, each with the events that it was the first to refuse. */
  readonly conditions: readonly { readonly text: string; readonly refused: number }[];
  readonly matched: number;
  /** Matched events that lack a field of the key, so that they cannot count. */
  readonly withoutKey: number;
  readonly fired: number;
  /** Firings and events that belonged to an alert that was open already. */
  readonly inOpenAlerts: number;
  readonly nearest: readonly KeyReport[];
}

/** Keys followed one by one; beyond twice as many those furthest from firing are let go. */
const FOLLOWED_KEYS = 10_000;
const SHOWN_KEYS = 5;

const NOTHING_YET: Progress = { value: 0, limit: 0, missing: '' };

interface KeyRecord {
  highest: Progress;
  at: number;
  fired: number;
}

/** Watches one rule at work and tells why it did or did not fire. */
export class RuleExplanation {
  private readonly view = new EventView();
  private readonly refused: number[];
  private readonly keys = new Map<string, KeyRecord>();
  private events = 0;
  private matched = 0;
  private withoutKey = 0;
  private fired = 0;
  private inOpenAlerts = 0;

  constructor(private readonly rule: Rule) {
    this.refused = rule.clauses.map(() => 0);
  }

  /** Looks at an event that was read, whether the rule is about it or not. */
  observe(event: NormalisedEvent): void {
    this.events += 1;
    const view = this.view.of(event);
    const refusing = this.rule.clauses.findIndex((clause) => !clause.test(view));
    if (refusing >= 0) {
      this.refused[refusing] = (this.refused[refusing] ?? 0) + 1;
      return;
    }
    this.matched += 1;
    if (this.rule.key(view) === undefined) this.withoutKey += 1;
  }

  /** Takes a step of the rule; given to the detector as its tracer. */
  readonly follow: Tracer = (step) => {
    if (step.result === 'belongs to an open alert') {
      this.inOpenAlerts += 1;
      return;
    }
    const { key, at } = step;
    const record = this.recordOf(key, at);
    if (step.result === 'fired') {
      this.fired += 1;
      record.fired += 1;
      record.at = at;
    } else if (share(step.progress) >= share(record.highest)) {
      record.highest = step.progress;
      if (record.fired === 0) record.at = at;
    }
  };

  report(): RuleReport {
    const ranked = this.ranked();
    return {
      rule: this.rule.spec.id,
      events: this.events,
      conditions: this.rule.clauses.map(({ text }, index) => ({ text, refused: this.refused[index] ?? 0 })),
      matched: this.matched,
      withoutKey: this.withoutKey,
      fired: this.fired,
      inOpenAlerts: this.inOpenAlerts,
      nearest: ranked.slice(0, SHOWN_KEYS).map(([key, { highest, at, fired }]) => ({
        key: keyText(key),
        highest: rounded(highest.value),
        limit: rounded(highest.limit),
        missing: highest.missing,
        at: new Date(at).toISOString(),
        fired,
      })),
    };
  }

  private recordOf(key: string, at: number): KeyRecord {
    const known = this.keys.get(key);
    if (known !== undefined) return known;
    if (this.keys.size >= 2 * FOLLOWED_KEYS)
      for (const [weak] of this.ranked().slice(FOLLOWED_KEYS)) this.keys.delete(weak);
    const record = { highest: NOTHING_YET, at, fired: 0 };
    this.keys.set(key, record);
    return record;
  }

  /** The keys followed, those that fired most or came nearest first. */
  private ranked(): [string, KeyRecord][] {
    return [...this.keys].sort(
      (a, b) => b[1].fired - a[1].fired || share(b[1].highest) - share(a[1].highest),
    );
  }
}

function share({ value, limit }: Progress): number {
  return limit === 0 ? 0 : value / limit;
}

/** The report in sentences, one a line. */
export function reportText(report: RuleReport): string {
  const lines = [verdict(report), `${report.events} events were read, ${report.matched} met its conditions:`];
  for (const { text, refused } of report.conditions) lines.push(`  ${text} refused ${refused}`);
  if (report.withoutKey > 0)
    lines.push(`${report.withoutKey} of them lack a field of its key and do not count.`);
  if (report.inOpenAlerts > 0)
    lines.push(`${report.inOpenAlerts} times it belonged to an alert that was open already.`);
  if (report.nearest.length > 0) lines.push('Nearest to firing:');
  for (const { key, missing, at, fired } of report.nearest)
    lines.push(
      fired > 0 ? `  ${key}: fired ${timesText(fired)}, last at ${at}` : `  ${key}: ${missing}, at ${at}`,
    );
  return lines.join('\n');
}

function verdict({ rule, events, matched, withoutKey, fired, nearest, conditions }: RuleReport): string {
  if (fired > 0) return `${rule} fired ${timesText(fired)}.`;
  const began = `${rule} did not fire: `;
  if (events === 0) return `${began}no event was read.`;
  if (matched === 0) {
    const hardest = [...conditions].sort((a, b) => b.refused - a.refused)[0];
    return `${began}no event met its conditions, most failed at ${hardest?.text ?? 'none'}.`;
  }
  if (withoutKey === matched) return `${began}no event that met its conditions has its key.`;
  const best = nearest[0];
  return best === undefined
    ? `${began}nothing was left to judge.`
    : `${began}${best.key} came nearest: ${best.missing}.`;
}

function timesText(times: number): string {
  return times === 1 ? 'once' : `${times} times`;
}
