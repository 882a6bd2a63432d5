import type { AttackTruth, SimulationTruth } from '@watchfloor/contracts';
import type { NativeLine } from './line-queue';

/** Attacks remembered; the oldest is forgotten first. */
const MOST_ATTACKS = 200;
const MOST_SOURCES = 5_000;
const MOST_REACHED = 1_000;

interface Attack {
  readonly truth: Pick<AttackTruth, 'attack' | 'scenario' | 'phase' | 'technique'>;
  events: number;
  firstUs: number;
  lastUs: number;
  complete: boolean;
  readonly sources: Set<string>;
  readonly targets: Set<string>;
  readonly reached: Set<string>;
}

/** The truth of a simulation that has sent nothing. */
export const NO_TRUTH: SimulationTruth = {
  items: [],
  next: null,
  from: null,
  until: null,
  forgottenUntil: null,
};

const isoTime = (us: number): string | null =>
  Number.isFinite(us) ? new Date(Math.floor(us / 1000)).toISOString() : null;
const microseconds = (iso: string | null, none: number): number =>
  iso === null ? none : Date.parse(iso) * 1000;

/** Sums up what was really done: one entry per phase of each attack, bounded in memory. */
export class TruthSummary {
  private readonly attacks: Map<string, Attack>;
  private firstUs: number;
  private lastUs: number;
  private forgottenUs: number;

  constructor(before: SimulationTruth = NO_TRUTH) {
    this.attacks = new Map(before.items.map((truth) => [keyOf(truth), restored(truth)]));
    this.firstUs = microseconds(before.from, Infinity);
    this.lastUs = microseconds(before.until, -Infinity);
    this.forgottenUs = microseconds(before.forgottenUntil, -Infinity);
  }

  add({ truth, eventUs, source, target, reached }: NativeLine): void {
    this.firstUs = Math.min(this.firstUs, eventUs);
    this.lastUs = Math.max(this.lastUs, eventUs);
    if (truth === undefined) return;
    const attack = this.attacks.get(keyOf(truth)) ?? this.begin(truth);
    attack.events += 1;
    attack.firstUs = Math.min(attack.firstUs, eventUs);
    attack.lastUs = Math.max(attack.lastUs, eventUs);
    attack.targets.add(target);
    if (reached !== undefined && attack.reached.size < MOST_REACHED) attack.reached.add(reached);
    if (source === undefined || attack.sources.has(source)) return;
    if (attack.sources.size < MOST_SOURCES) attack.sources.add(source);
    else attack.complete = false;
  }

  /** The attacks in the order in which they began, and the time that all lines cover. */
  soFar(): SimulationTruth {
    return {
      items: [...this.attacks.values()].map(described),
      next: null,
      from: isoTime(this.firstUs),
      until: isoTime(this.lastUs),
      forgottenUntil: isoTime(this.forgottenUs),
    };
  }

  private begin(truth: Attack['truth']): Attack {
    const attack: Attack = {
      truth,
      events: 0,
      firstUs: Infinity,
      lastUs: -Infinity,
      complete: true,
      sources: new Set(),
      targets: new Set(),
      reached: new Set(),
    };
    this.attacks.set(keyOf(truth), attack);
    if (this.attacks.size > MOST_ATTACKS) this.forgetOldest();
    return attack;
  }

  private forgetOldest(): void {
    for (const [key, { lastUs }] of this.attacks) {
      this.attacks.delete(key);
      this.forgottenUs = Math.max(this.forgottenUs, lastUs);
      return;
    }
  }
}

const keyOf = ({ attack, phase }: Pick<AttackTruth, 'attack' | 'phase'>): string => `${attack} ${phase}`;

function restored(saved: AttackTruth): Attack {
  const { attack, scenario, phase, technique, events, firstSeen, lastSeen } = saved;
  return {
    truth: { attack, scenario, phase, technique },
    events,
    firstUs: Date.parse(firstSeen) * 1000,
    lastUs: Date.parse(lastSeen) * 1000,
    complete: saved.sourcesComplete,
    sources: new Set(saved.sources),
    targets: new Set(saved.targets),
    reached: new Set(saved.targetAddresses),
  };
}

function described({
  truth,
  events,
  firstUs,
  lastUs,
  complete,
  sources,
  targets,
  reached,
}: Attack): AttackTruth {
  return {
    attack: truth.attack,
    scenario: truth.scenario,
    phase: truth.phase,
    technique: truth.technique,
    events,
    firstSeen: isoTime(firstUs) ?? '',
    lastSeen: isoTime(lastUs) ?? '',
    sources: [...sources],
    sourcesComplete: complete,
    targets: [...targets],
    targetAddresses: [...reached],
  };
}
