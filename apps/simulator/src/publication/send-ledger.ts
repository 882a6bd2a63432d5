import type { IngestAnswer } from '@watchfloor/contracts';

/**
 * What became of the lines that were sent. `sent = accepted + duplicates + rejected + refused` at every moment when
 * nothing is in flight.
 */
export interface SendFigures {
  readonly sent: number;
  readonly accepted: number;
  readonly duplicates: number;
  readonly rejected: number;
  /** Lines of requests that were refused as a whole, or given up on. */
  readonly refused: number;
  /** Requests that got their final answer. */
  readonly requests: number;
  /** How often a request was sent again because there was no answer, or one that asked for it. */
  readonly retried: number;
}

/** The ledger of one run. */
export class SendLedger {
  private sent = 0;
  private accepted = 0;
  private duplicates = 0;
  private rejected = 0;
  private refused = 0;
  private requests = 0;
  private retried = 0;

  /**
   * Counts an answered request of `lines` lines.
   * A replayed answer to a first attempt says that an earlier run had sent the same: all are duplicates. To a later
   * attempt it says that the attempt before had arrived although its answer had not: its lines count as the answer
   * says, and the repeated ones as duplicates, as the receiver counts them.
   */
  answered(
    lines: number,
    answer: IngestAnswer,
    attempt: { readonly number: number; readonly replayed: boolean },
  ): void {
    this.requests += 1;
    if (attempt.replayed) {
      this.sent += lines;
      this.duplicates += lines;
      if (attempt.number === 1) return;
    }
    this.sent += lines;
    this.accepted += answer.accepted;
    this.duplicates += answer.duplicates;
    this.rejected += answer.rejected;
  }

  /** Counts a request that was refused as a whole or given up on. */
  gaveUp(lines: number): void {
    this.requests += 1;
    this.sent += lines;
    this.refused += lines;
  }

  resent(): void {
    this.retried += 1;
  }

  figures(): SendFigures {
    const { sent, accepted, duplicates, rejected, refused, requests, retried } = this;
    return { sent, accepted, duplicates, rejected, refused, requests, retried };
  }
}
