import type { AttackTruth } from '@watchfloor/contracts';

/** One record of a labels file that belongs to an attack, as far as the score needs it. */
export interface LabelRecord {
  readonly from: number;
  readonly to: number;
  readonly attack: string;
  readonly scenario: string;
  readonly phase: string;
  readonly technique: string;
  readonly source?: string | undefined;
  readonly target: string;
  /** Addresses that the source reached. */
  readonly reached?: readonly string[];
  readonly firstSeen: string;
  readonly lastSeen: string;
}

interface Summing {
  readonly truth: AttackTruth;
  readonly sources: Set<string>;
  readonly targets: Set<string>;
  readonly reached: Set<string>;
}

/** Adds the records of a labels file up to one entry for each phase of each attack, in the order in which they began. */
export function truthOfLabels(records: Iterable<LabelRecord>): AttackTruth[] {
  const phases = new Map<string, Summing>();
  for (const record of records) {
    const key = `${record.attack} ${record.phase}`;
    const summing = phases.get(key) ?? begin(record);
    phases.set(key, summing);
    add(summing, record);
  }
  return [...phases.values()].map(({ truth, sources, targets, reached }) => ({
    ...truth,
    sources: [...sources],
    targets: [...targets],
    targetAddresses: [...reached],
  }));
}

function begin({ attack, scenario, phase, technique, firstSeen, lastSeen }: LabelRecord): Summing {
  const truth = { attack, scenario, phase, technique, events: 0, firstSeen, lastSeen };
  return {
    truth: { ...truth, sources: [], sourcesComplete: true, targets: [] },
    sources: new Set(),
    targets: new Set(),
    reached: new Set(),
  };
}

/** Times are ISO in UTC with milliseconds, which sort as they follow each other. */
function add({ truth, sources, targets, reached }: Summing, record: LabelRecord): void {
  truth.events += record.to - record.from + 1;
  if (record.firstSeen < truth.firstSeen) truth.firstSeen = record.firstSeen;
  if (record.lastSeen > truth.lastSeen) truth.lastSeen = record.lastSeen;
  if (record.source !== undefined) sources.add(record.source);
  targets.add(record.target);
  for (const address of record.reached ?? []) reached.add(address);
}
