import { ALERT_LIMITS, type AttackTruth, type DetectedAlert } from '@watchfloor/contracts';
import { namesTechnique } from './technique';

/**
 * Programs that write whole seconds put an event up to a second before it happened, and what a sensor sums up ends a moment
 * after what it saw. An alert and an attack may miss each other by this much, in ms.
 */
const TOLERANCE_MS = 2_000;

/** A stretch of event time in ms since the epoch, both ends included. */
export interface Span {
  readonly fromMs: number;
  readonly untilMs: number;
}

/** A phase of an attack with its sets made once. */
export class Phase {
  readonly span: Span;
  private readonly sources: ReadonlySet<string>;
  private readonly targets: ReadonlySet<string>;

  constructor(readonly truth: AttackTruth) {
    const { firstSeen, lastSeen, sources, targets, targetAddresses = [] } = truth;
    this.span = { fromMs: Date.parse(firstSeen), untilMs: Date.parse(lastSeen) };
    this.sources = new Set(sources);
    this.targets = new Set([...targets, ...targetAddresses]);
  }

  /**
   * True when the alert names who was at work here: one of its sources is one of ours. Only where that cannot be known,
   * because the alert names none or one of the two lists was cut short, its targets must be ours instead.
   */
  isNamedBy({ source, target }: DetectedAlert): boolean {
    if (source.some((address) => this.sources.has(address))) return true;
    const known = this.truth.sourcesComplete && source.length > 0 && source.length < ALERT_LIMITS.sources;
    return !known && target.some((name) => this.targets.has(name));
  }

  /** True when the alert says of this phase what was done, by whom and when. */
  isToldBy({ alert, span }: TimedAlert): boolean {
    return (
      overlap(span, this.span) &&
      namesTechnique(alert.technique, this.truth.technique) &&
      this.isNamedBy(alert)
    );
  }

  /** Seconds from the first event to the moment at which the alert was raised; undefined when it was open before. */
  secondsUntil({ raisedMs }: TimedAlert): number | undefined {
    const seconds = (raisedMs - this.span.fromMs) / 1000;
    return seconds < -TOLERANCE_MS / 1000 ? undefined : Math.max(0, seconds);
  }

  /** True when detection has seen everything that could still raise an alert on this phase. */
  isOverAt(judgedUntilMs: number): boolean {
    return this.span.untilMs + TOLERANCE_MS < judgedUntilMs;
  }
}

/** An alert with its times read once. */
export interface TimedAlert {
  readonly alert: DetectedAlert;
  readonly span: Span;
  readonly raisedMs: number;
}

/** Reads the times of an alert. One that does not say when it was raised counts from its last event. */
export function timed(alert: DetectedAlert): TimedAlert {
  const { firstSeen, lastSeen, detectedAt = lastSeen } = alert;
  return {
    alert,
    span: { fromMs: Date.parse(firstSeen), untilMs: Date.parse(lastSeen) },
    raisedMs: Date.parse(detectedAt),
  };
}

/** True when two spans touch, give or take the tolerance. */
export function overlap(a: Span, b: Span): boolean {
  return a.fromMs <= b.untilMs + TOLERANCE_MS && b.fromMs <= a.untilMs + TOLERANCE_MS;
}

/** An attack as a whole: its phases, and the time from its first event to its last. */
export interface Attack {
  readonly span: Span;
  readonly phases: readonly Phase[];
}

/** Groups phases by attack. */
export function attacksOf(phases: readonly Phase[]): Attack[] {
  const byName = new Map<string, Phase[]>();
  for (const phase of phases) {
    const others = byName.get(phase.truth.attack);
    if (others === undefined) byName.set(phase.truth.attack, [phase]);
    else others.push(phase);
  }
  return [...byName.values()].map((together) => ({
    phases: together,
    span: {
      fromMs: Math.min(...together.map(({ span }) => span.fromMs)),
      untilMs: Math.max(...together.map(({ span }) => span.untilMs)),
    },
  }));
}

/** True when the alert is about somebody who was carrying out this attack at the time, whatever it says was done. */
export function isAbout({ alert, span }: TimedAlert, attack: Attack): boolean {
  return overlap(span, attack.span) && attack.phases.some((phase) => phase.isNamedBy(alert));
}
