import type { AttackTruth } from '@watchfloor/contracts';
import type { NativeLine } from './line-queue';

/** Attacks remembered; the oldest is forgotten first. */
const MOST_ATTACKS = 200;
const MOST_SOURCES = 5_000;

interface Attack {
  readonly truth: Omit<
    AttackTruth,
    'events' | 'lastSeen' | 'firstSeen' | 'sources' | 'targets' | 'sourcesComplete'
  >;
  events: number;
  firstUs: number;
  lastUs: number;
  complete: boolean;
  readonly sources: Set<string>;
  readonly targets: Set<string>;
}

const isoTime = (us: number): string => new Date(Math.floor(us / 1000)).toISOString();

/** Sums up what was really done: one entry per phase of each attack, bounded in memory. */
export class TruthSummary {
  private readonly attacks = new Map<string, Attack>();

  constructor(before: readonly AttackTruth[] = []) {
    for (const { events, firstSeen, lastSeen, sources, sourcesComplete, targets, ...truth } of before)
      this.attacks.set(`${truth.attack} ${truth.phase}`, {
        truth,
        events,
        firstUs: Date.parse(firstSeen) * 1000,
        lastUs: Date.parse(lastSeen) * 1000,
        complete: sourcesComplete,
        sources: new Set(sources),
        targets: new Set(targets),
      });
  }

  add({ truth, eventUs, source, target }: NativeLine): void {
    if (truth === undefined) return;
    const key = `${truth.attack} ${truth.phase}`;
    const attack = this.attacks.get(key) ?? this.begin(key, truth, eventUs);
    attack.events += 1;
    attack.firstUs = Math.min(attack.firstUs, eventUs);
    attack.lastUs = Math.max(attack.lastUs, eventUs);
    attack.targets.add(target);
    if (source === undefined || attack.sources.has(source)) return;
    if (attack.sources.size < MOST_SOURCES) attack.sources.add(source);
    else attack.complete = false;
  }

  /** The attacks in the order in which they began. */
  attacksSoFar(): AttackTruth[] {
    return [...this.attacks.values()].map(
      ({ truth, events, firstUs, lastUs, complete, sources, targets }) => ({
        ...truth,
        events,
        firstSeen: isoTime(firstUs),
        lastSeen: isoTime(lastUs),
        sources: [...sources],
        sourcesComplete: complete,
        targets: [...targets],
      }),
    );
  }

  private begin(key: string, truth: Attack['truth'], eventUs: number): Attack {
    const attack: Attack = {
      truth,
      events: 0,
      firstUs: eventUs,
      lastUs: eventUs,
      complete: true,
      sources: new Set(),
      targets: new Set(),
    };
    this.attacks.set(key, attack);
    const [oldest] = this.attacks.keys();
    if (this.attacks.size > MOST_ATTACKS && oldest !== undefined) this.attacks.delete(oldest);
    return attack;
  }
}
