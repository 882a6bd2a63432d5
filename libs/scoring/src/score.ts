import type {
  AttackScore,
  AttackTruth,
  DetectedAlert,
  RuleSummary,
  SimulationScore,
  TechniqueScore,
} from '@watchfloor/contracts';
import { attacksOf, isAbout, Phase, timed, type Span, type TimedAlert } from './evidence';
import { measured, type Counted } from './measures';
import { namesTechnique } from './technique';

/** Alerts named for a phase, and false alerts named at all. */
const MOST_NAMED = { ofPhase: 20, false: 100 } as const;

/** What a rule claims to see. */
export type Claim = Pick<RuleSummary, 'technique'>;

/** What is compared. */
export interface Comparison {
  readonly truth: readonly AttackTruth[];
  readonly alerts: readonly DetectedAlert[];
  readonly rules: readonly Claim[];
  /** Attacks of others at the same time: alerts about these alone are left out. */
  readonly elsewhere?: readonly AttackTruth[];
  /** Event time that detection has come through, in ms; without it, all of it. */
  readonly judgedUntilMs?: number;
  /** Alerts that begin outside this time are not called false: what they are about is not known. */
  readonly span?: Span;
}

export type Score = Omit<SimulationScore, 'simulation' | 'scenario' | 'state'>;

interface JudgedPhase {
  readonly phase: Phase;
  readonly covered: boolean;
  readonly pending: boolean;
  readonly fitting: readonly TimedAlert[];
  readonly delay: number | undefined;
}

/** Compares alerts with what was really done. The definitions are in docs/scenarios.md, "The score". */
export function score(comparison: Comparison): Score {
  const { truth, rules, alerts, judgedUntilMs = Infinity } = comparison;
  const claimed = rules.flatMap(({ technique }) => technique);
  const timedAlerts = alerts.map(timed);
  const phases = truth.map((each) => judge(new Phase(each), timedAlerts, { claimed, judgedUntilMs }));
  const fitting = new Set(phases.flatMap((phase) => phase.fitting));
  const { wrong, other } = sortOut(timedAlerts, fitting, phases, comparison);
  return {
    ...measured(counted(phases, fitting.size, wrong.length)),
    other: other.length,
    uncovered: phases.filter(({ covered }) => !covered).length,
    pending: phases.filter(({ pending }) => pending).length,
    techniques: perTechnique(phases, wrong),
    phases: phases.map(described),
    falseAlerts: wrong
      .slice(0, MOST_NAMED.false)
      .map(({ alert: { id, rule, key, reason } }) => ({ id, rule, key, reason })),
  };
}

interface Known {
  readonly claimed: readonly string[];
  readonly judgedUntilMs: number;
}

function judge(phase: Phase, alerts: readonly TimedAlert[], { claimed, judgedUntilMs }: Known): JudgedPhase {
  const fitting = alerts.filter((alert) => phase.isToldBy(alert));
  const covered = namesTechnique(claimed, phase.truth.technique);
  const delays = fitting.flatMap((alert) => phase.secondsUntil(alert) ?? []);
  return {
    phase,
    covered,
    pending: covered && fitting.length === 0 && !phase.isOverAt(judgedUntilMs),
    fitting,
    delay: delays.length === 0 ? undefined : Math.min(...delays),
  };
}

/** Parts the alerts that fit nothing into those about an attacker at work and those about nobody. */
function sortOut(
  alerts: readonly TimedAlert[],
  fitting: ReadonlySet<TimedAlert>,
  phases: readonly JudgedPhase[],
  { elsewhere = [], span }: Comparison,
) {
  const attacks = attacksOf(phases.map(({ phase }) => phase));
  const elsewhereAttacks = attacksOf(elsewhere.map((truth) => new Phase(truth)));
  const rest = alerts.filter((alert) => !fitting.has(alert));
  const other = rest.filter((alert) => attacks.some((attack) => isAbout(alert, attack)));
  const known = new Set(other);
  const wrong = rest.filter(
    (alert) =>
      !known.has(alert) &&
      (span === undefined || (alert.span.fromMs >= span.fromMs && alert.span.fromMs <= span.untilMs)) &&
      !elsewhereAttacks.some((attack) => isAbout(alert, attack)),
  );
  return { wrong, other };
}

function counted(phases: readonly JudgedPhase[], fitting: number, wrong: number): Counted {
  const sought = phases.filter(({ covered }) => covered);
  const detected = sought.filter((phase) => phase.fitting.length > 0);
  return {
    attacks: sought.length,
    detected: detected.length,
    missed: sought.filter((phase) => phase.fitting.length === 0 && !phase.pending).length,
    fitting,
    false: wrong,
    delays: detected.flatMap(({ delay }) => delay ?? []),
  };
}

/** One line for each technique of a phase, and for each that a false alert claims and no phase has. */
function perTechnique(phases: readonly JudgedPhase[], wrong: readonly TimedAlert[]): TechniqueScore[] {
  const used = new Set(phases.map(({ phase }) => phase.truth.technique));
  const claimedOnly = wrong
    .flatMap(({ alert }) => alert.technique)
    .filter((technique) => !namesTechnique([...used], technique));
  return [...new Set([...used, ...claimedOnly])].sort().map((technique) => {
    const own = phases.filter(({ phase }) => phase.truth.technique === technique);
    const fitting = new Set(own.flatMap((phase) => phase.fitting)).size;
    const falseAlerts = wrong.filter(({ alert }) => namesTechnique(alert.technique, technique)).length;
    return { technique, ...measured(counted(own, fitting, falseAlerts)) };
  });
}

function described({ phase, covered, pending, fitting, delay }: JudgedPhase): AttackScore {
  const { attack, phase: name, technique, events, firstSeen, lastSeen } = phase.truth;
  return {
    attack,
    phase: name,
    technique,
    covered,
    detected: covered && fitting.length > 0,
    pending,
    events,
    firstSeen,
    lastSeen,
    alerts: fitting.slice(0, MOST_NAMED.ofPhase).map(({ alert }) => alert.id),
    rules: [...new Set(fitting.map(({ alert }) => alert.rule))].sort(),
    timeToDetectSeconds: delay ?? null,
  };
}
