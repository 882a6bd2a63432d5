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
  /** ISO times of the first and the last event of the run. */
  readonly firstSeen: string;
  lastSeen: string;
}

/** A line that was damaged on purpose: it must be rejected. */
export interface DamageRecord {
  readonly from: number;
  readonly to: number;
  readonly malformed: true;
}

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
      open.lastSeen = isoTime(line.eventUs);
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

function continues(open: TruthRecord, { truth, source, target }: NativeLine): boolean {
  return (
    truth !== undefined &&
    truth.attack === open.attack &&
    truth.phase === open.phase &&
    source === open.source &&
    target === open.target
  );
}
