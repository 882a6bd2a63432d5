import type { NativeLine } from './line-queue';

/** A run of consecutive lines of one attack from one source, as `--labels` writes it. Lines count from 1. */
export interface TruthRecord {
  readonly from: number;
  to: number;
  readonly attack: string;
  readonly scenario: string;
  readonly phase: string;
  readonly technique: string;
  readonly source: string | undefined;
  readonly target: string;
  /** Addresses that the source reached, the first 100 of them. */
  readonly reached: string[];
  /** ISO times of the first and the last event of the run. */
  firstSeen: string;
  lastSeen: string;
}

/** A line that was damaged on purpose: it must be rejected. */
export interface DamageRecord {
  readonly from: number;
  readonly to: number;
  readonly malformed: true;
}

const MOST_REACHED = 100;

const isoTime = (us: number): string => new Date(Math.floor(us / 1000)).toISOString();

/** Follows the lines of a run and says which belong to which attack. Background has no record. */
export class TruthRecorder {
  private line = 0;
  private open: TruthRecord | undefined;

  /** Takes the next line and passes on the records that it completes. */
  add(line: NativeLine, sink: (record: TruthRecord | DamageRecord) => void): void {
    this.line += 1;
    if (line.malformed) sink({ from: this.line, to: this.line, malformed: true });
    const { open } = this;
    if (open !== undefined && continues(open, line)) {
      open.to = this.line;
      extend(open, line);
      return;
    }
    this.close(sink);
    if (line.truth === undefined) return;
    const { attack, scenario, phase, technique } = line.truth;
    const seen = isoTime(line.eventUs);
    this.open = {
      from: this.line,
      to: this.line,
      attack,
      scenario,
      phase,
      technique,
      source: line.source,
      target: line.target,
      reached: line.reached === undefined ? [] : [line.reached],
      firstSeen: seen,
      lastSeen: seen,
    };
  }

  /** Completes the last record. */
  close(sink: (record: TruthRecord) => void): void {
    if (this.open !== undefined) sink(this.open);
    this.open = undefined;
  }
}

/** Lines of a run may come in another order than that of their times. */
function extend(open: TruthRecord, { eventUs, reached }: NativeLine): void {
  const seen = isoTime(eventUs);
  if (seen < open.firstSeen) open.firstSeen = seen;
  if (seen > open.lastSeen) open.lastSeen = seen;
  if (reached !== undefined && open.reached.length < MOST_REACHED && !open.reached.includes(reached))
    open.reached.push(reached);
}

function continues(open: TruthRecord, { truth, source, target }: NativeLine): boolean {
  return (
    truth !== undefined &&
    truth.attack === open.attack &&
    truth.phase === open.phase &&
    source === open.source &&
    target === open.target
  );
}
