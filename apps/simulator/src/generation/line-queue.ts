import type { Dataset } from '@watchfloor/contracts';

/** Where lines go together: one request carries lines of one lane. */
export interface Lane {
  /** Counts from 0 in the order of first use. */
  readonly index: number;
  readonly dataset: Dataset;
  /** The host that wrote the lines, where they do not say so themselves. */
  readonly host: string | undefined;
}

/** Which attack a line belongs to. The truth of a run; it never travels with the line. */
export interface TruthLabel {
  /** One run of one attack scenario: `port-scan-vertical-2` is its second cycle. */
  readonly attack: string;
  readonly scenario: string;
  readonly phase: string;
  readonly technique: string;
}

export interface NativeLine {
  readonly text: string;
  readonly lane: Lane;
  /** When the line is written, in microseconds from the start of the run: what the order of lines follows. */
  readonly arrivalUs: number;
  /** When the event happened, in microseconds since the epoch. */
  readonly eventUs: number;
  /** Undefined for background. */
  readonly truth: TruthLabel | undefined;
  /** The source address, where the activity has one. */
  readonly source: string | undefined;
  /** The address that it reached, where the activity has one. */
  readonly reached: string | undefined;
  /** What the target calls itself. */
  readonly target: string;
  /** True when the line was damaged on purpose. */
  readonly malformed: boolean;
}

/** A binary heap of lines by arrival; lines of the same moment leave in the order in which they came. */
export class LineQueue {
  private readonly lines: NativeLine[] = [];
  private readonly order: number[] = [];
  private pushed = 0;

  get size(): number {
    return this.lines.length;
  }

  /** Arrival of the first line, Infinity when there is none. */
  get firstArrivalUs(): number {
    return this.lines[0]?.arrivalUs ?? Infinity;
  }

  push(line: NativeLine): void {
    const { lines, order } = this;
    let at = lines.length;
    lines.push(line);
    order.push((this.pushed += 1));
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.before(at, parent)) return;
      this.swap(at, parent);
      at = parent;
    }
  }

  /** Takes the first line out; undefined when there is none. */
  pop(): NativeLine | undefined {
    const { lines, order } = this;
    if (lines.length > 1) this.swap(0, lines.length - 1);
    const first = lines.pop();
    order.pop();
    this.sink();
    return first;
  }

  private sink(): void {
    const { length } = this.lines;
    let at = 0;
    for (;;) {
      const left = 2 * at + 1;
      if (left >= length) return;
      const child = left + 1 < length && this.before(left + 1, left) ? left + 1 : left;
      if (!this.before(child, at)) return;
      this.swap(at, child);
      at = child;
    }
  }

  private before(a: number, b: number): boolean {
    const difference = (this.lines[a]?.arrivalUs ?? 0) - (this.lines[b]?.arrivalUs ?? 0);
    return difference === 0 ? (this.order[a] ?? 0) < (this.order[b] ?? 0) : difference < 0;
  }

  private swap(a: number, b: number): void {
    const { lines, order } = this;
    const line = lines[a];
    const other = lines[b];
    const turn = order[a];
    const otherTurn = order[b];
    if (line === undefined || other === undefined || turn === undefined || otherTurn === undefined) return;
    lines[a] = other;
    lines[b] = line;
    order[a] = otherTurn;
    order[b] = turn;
  }
}
